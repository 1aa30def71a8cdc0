import { UserError, messageOf } from '../../core/errors.js';
import { render, type RenderContext } from '../../core/render.js';
import type { TemplateFile } from '../../core/template-types.js';
import { isKeptThere, type Placed } from '../../options/features.js';

/** An overlay whose templates are compiled. */
export interface Overlay {
  /** Their paths are those in the project. */
  files: TemplateFile[];
  removes: string[];
}

/** A template, and the path of its file in the project. */
export interface PlacedTemplate {
  template: TemplateFile;
  place: string;
}

/** The path in TypeScript projects of a file in JavaScript. */
function twin(path: string, { language }: Placed): string {
  return language === 'js' ? path.replace(/\.ts$/, '.js') : path;
}

/** @returns the path under which a feature owns the file of an overlay */
function ownedAs({ path, language }: TemplateFile): string {
  return language === 'js' ? path.replace(/\.js$/, '.ts') : path;
}

/**
 * @param ours the templates of a project
 * @returns the templates, replaced by those of an overlay, and without what it removes
 */
export function layOver(
  ours: PlacedTemplate[],
  { files, removes }: Overlay,
  placed: Placed,
): PlacedTemplate[] {
  const added = files.filter(
    (template) =>
      template.path !== 'package.json' &&
      (template.language ?? placed.language) === placed.language &&
      isKeptThere('files', ownedAs(template), placed),
  );
  const gone = [
    ...added.map(({ path }) => path),
    ...removes.map((path) => twin(path, placed)),
    ...removes,
  ];
  return [
    ...ours.filter(({ place }) => !gone.includes(place)),
    ...added.map((template) => ({ template, place: template.path })),
  ];
}

/** @throws UserError for a value that the file of an overlay cannot contain */
export function renderLaid(template: TemplateFile, context: RenderContext): string {
  try {
    return render(template, context);
  } catch (error) {
    const about = { code: 'overlay', stage: 'plan', cause: error } as const;
    const why = `${template.path}: ${messageOf(error)}`;
    throw new UserError(why, 'Choose another answer, or change the overlay.', about);
  }
}

/**
 * @param places every path that a generated file can have
 * @returns warnings about what an overlay says without effect
 */
export function overlayWarnings(
  { files, removes }: Overlay,
  { language }: Pick<Placed, 'language'>,
  places: string[],
): string[] {
  const paths = files.map(({ path }) => path);
  const idle = removes.filter((path) => !places.includes(path));
  const hasTwin = (path: string): boolean => paths.includes(path.replace(/\.ts$/, '.js'));
  const lost =
    language === 'ts' ? [] : files.filter((file) => file.language === 'ts' && !hasTwin(file.path));
  return [
    ...idle.map((path) => `The overlay removes ${path}, which no project has.`),
    ...lost.map(({ path }) => `The overlay has ${path} only in TypeScript, so it is left out.`),
  ];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON Merge Patch (RFC 7396): its values win, null removes a key. */
function patched(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) {
    return patch;
  }
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      merged.delete(key);
    } else {
      merged.set(key, patched(merged.get(key), value));
    }
  }
  return Object.fromEntries(merged);
}

const sections = {
  scripts: 'scripts',
  dependencies: 'packages',
  devDependencies: 'packages',
} as const;

/** What belongs to a feature only stands in projects that have it. */
function keptOf(patch: Record<string, unknown>, placed: Placed): Record<string, unknown> {
  const kept = Object.entries(sections).map(([section, kind]) => {
    const entries = Object.entries(Object(patch[section]));
    return [section, Object.fromEntries(entries.filter(([key]) => isKeptThere(kind, key, placed)))];
  });
  return { ...patch, ...Object.fromEntries(kept.filter(([section]) => String(section) in patch)) };
}

function sorted(section: unknown): unknown {
  const entries = Object.entries(isObject(section) ? section : {});
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * @param text package.json of the project
 * @param patch that of the overlay
 * @returns both, merged by structure, with sorted dependencies
 */
export function mergePackageJson(text: string, patch: string, placed: Placed): string {
  const merged = patched(JSON.parse(text), keptOf(JSON.parse(patch), placed));
  const all = isObject(merged) ? merged : {};
  const lists = ['dependencies', 'devDependencies'].filter((key) => key in all);
  const tidy = Object.fromEntries(lists.map((key) => [key, sorted(all[key])]));
  return `${JSON.stringify({ ...all, ...tidy }, null, 2)}\n`;
}
