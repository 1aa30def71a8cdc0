import { escapeFor, textLanguageOf } from './escape.js';
import type { Segment, TemplateFile } from './template-types.js';

/** The names that templates may use. */
export interface RenderContext {
  flags: Record<string, boolean>;
  values: Record<string, string>;
}

function valueIn(path: string, name: string, context: RenderContext): string {
  const language = textLanguageOf(path);
  const value = context.values[name];
  if (language === undefined || value === undefined) {
    throw new Error(`${path} names the value "${name}", which it cannot have.`);
  }
  return escapeFor(language, value);
}

function flagOf(path: string, name: string, context: RenderContext): boolean {
  const flag = context.flags[name];
  if (flag === undefined) {
    throw new Error(`${path} names the feature "${name}", which does not exist.`);
  }
  return flag;
}

function renderSegments(path: string, segments: Segment[], context: RenderContext): string {
  return segments
    .map((segment) => {
      if (typeof segment === 'string') {
        return segment;
      }
      if ('value' in segment) {
        return valueIn(path, segment.value, context);
      }
      const branch = flagOf(path, segment.if, context) ? segment.on : segment.off;
      return renderSegments(path, branch, context);
    })
    .join('');
}

/**
 * @returns the text of a template for these flags and values
 * @throws Error for a name that does not exist, or a value that the file cannot contain
 */
export function render(file: TemplateFile, context: RenderContext): string {
  return renderSegments(file.path, file.segments, context);
}
