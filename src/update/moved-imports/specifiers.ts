/** The endings of files that an import of another ending may mean, as TypeScript reads it. */
const compiled: Record<string, string[]> = {
  '.js': ['.ts', '.tsx', '.d.ts'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts', '.d.mts'],
  '.cjs': ['.cts', '.d.cts'],
};
const endings = ['.d.ts', '.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

function withoutEnding(path: string, ending: string): string | undefined {
  return path.endsWith(ending) ? path.slice(0, path.length - ending.length) : undefined;
}

/** How an import names a file: the end that it writes, for the end that the file has. */
interface Form {
  file: string;
  written: string;
}

/** What an import with an ending may mean: a source, or the file of that name. */
const whole: Form[] = [
  ...Object.entries(compiled).flatMap(([written, files]) =>
    files.map((file) => ({ file, written })),
  ),
  { file: '', written: '' },
];
/** What an import without an ending may mean, which only bundlers and CommonJS allow. */
const short: Form[] = [...endings, ...endings.map((ending) => `/index${ending}`)].map((file) => ({
  file,
  written: '',
}));

/** The folder of a path, with a slash at its end. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** @returns a path relative to the project, or `undefined` if it is outside */
function resolved(folder: string, specifier: string): string | undefined {
  const parts: string[] = [];
  for (const part of `${folder}${specifier}`.split('/')) {
    if (part === '..' && parts.pop() === undefined) {
      return undefined;
    }
    if (part !== '' && part !== '.' && part !== '..') {
      parts.push(part);
    }
  }
  return parts.join('/');
}

/** @returns what a file in a folder imports to get another file */
function relativeTo(folder: string, path: string): string {
  const [from, to] = [folder.split('/').slice(0, -1), path.split('/')];
  const different = from.findIndex((part, index) => part !== to[index] || index === to.length - 1);
  const shared = different < 0 ? from.length : different;
  const up = '../'.repeat(from.length - shared);
  return `${up === '' ? './' : up}${to.slice(shared).join('/')}`;
}

/** @returns the path of a file in the form in which an import named it before */
function writtenAs(place: string, { file, written }: Form): string {
  const isShort = file !== '' && written === '';
  if (isShort) {
    const stem = endings.map((ending) => withoutEnding(place, ending)).find(Boolean) ?? place;
    return (file.startsWith('/') ? withoutEnding(stem, '/index') : undefined) ?? stem;
  }
  const forms = whole.filter((form) => form.file !== '' && place.endsWith(form.file));
  const [form] = forms.toSorted((a, b) => b.file.length - a.file.length);
  return file === '' || form === undefined
    ? place
    : `${withoutEnding(place, form.file)}${form.written}`;
}

/** A file that imports, and what is known of the project. */
export interface Importer {
  /** Its path before and after the move. */
  from: string;
  to: string;
  /** Where each file is after the move, by its path before. */
  places: ReadonlyMap<string, string>;
}

/**
 * @param specifier what a string literal says
 * @param isImport whether it stands where only a module can be named
 * @returns the same after the move, or `undefined` if it names no file of the project, or stays
 */
export function movedSpecifier(
  specifier: string,
  { from, to, places, isImport }: Importer & { isImport: boolean },
): string | undefined {
  const [, name = '', rest = ''] = /^(\.\.?\/[^?#]*)([?#].*)?$/.exec(specifier) ?? [];
  const path = name === '' ? undefined : resolved(folderOf(from), name);
  if (path === undefined) {
    return undefined;
  }
  for (const { file, written } of isImport ? [...whole, ...short] : whole) {
    const stem = withoutEnding(path, written);
    const place = stem === undefined ? undefined : places.get(stem + file);
    if (place !== undefined) {
      const isSame = place === `${stem}${file}` && folderOf(from) === folderOf(to);
      return isSame
        ? undefined
        : `${relativeTo(folderOf(to), writtenAs(place, { file, written }))}${rest}`;
    }
  }
  return undefined;
}
