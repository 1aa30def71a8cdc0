import type { TemplateFile, Templates } from '../../core/template-types.js';
import type { Overlay } from '../plan/lay-over.js';
import {
  checkOverlayText,
  overlayError,
  overlayFolder,
  type OverlayText,
} from '../plan/overlay.js';
import { placesOf } from '../../options/features.js';
import { namesFor } from './names.js';
import { compile, TemplateError } from './tags.js';

/** A file in TypeScript is only for such projects; in JavaScript, if it has a twin in TypeScript. */
function languageOf(path: string, all: string[]): { language?: 'ts' | 'js' } {
  if (/\.[cm]?tsx?$/.test(path)) {
    return { language: 'ts' };
  }
  const twin = path.replace(/\.js$/, '.ts');
  return twin !== path && all.includes(twin) ? { language: 'js' } : {};
}

function compileFile(title: string, path: string, source: string): TemplateFile['segments'] {
  try {
    // JSON has no comments for tags.
    return path === 'package.json' ? [source] : compile(source, namesFor(path));
  } catch (error) {
    if (error instanceof TemplateError) {
      throw overlayError(title, `${overlayFolder}/${error.message}`, 'Correct the file.', error);
    }
    throw error;
  }
}

/**
 * Checks an overlay, and compiles its templates under the rules of the built-in ones.
 * @param title the overlay as its user knows it
 * @throws UserError for an overlay that breaks a rule
 */
export function compileOverlay(title: string, text: OverlayText, ours: Templates): Overlay {
  const places = ours.files.flatMap(({ path }) => placesOf(path));
  checkOverlayText(title, text, places);
  const all = [...places, ...text.files.map(({ path }) => path)];
  const files = text.files.map(({ path, contents }) => ({
    path,
    ...languageOf(path, all),
    segments: compileFile(title, path, contents),
  }));
  return { files, removes: text.removes };
}
