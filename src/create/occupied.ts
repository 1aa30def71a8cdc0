import { resolve as resolvePath } from 'node:path';
import type * as Clack from '../command/clack.js';
import type { Answers } from '../options/answers.js';
import { optionNamed } from '../options/options.js';
import { isVacant, projectIn } from '../disk/compare.js';

interface Asking {
  clack: typeof Clack;
  /** Whether existing files may be replaced. */
  overwrite: boolean;
  cancel: AbortSignal;
}

/** @returns a similar path at which nothing exists yet */
export function freePath(directory: string): string {
  const typed = directory.replace(/[\\/]+$/, '');
  const base = /^\.*$/.test(typed) ? String(optionNamed('directory').default) : typed;
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? base : `${base}-${number}`;
    if (isVacant(resolvePath(path))) {
      return path;
    }
  }
}

/**
 * Asks about a directory that is not empty, at once.
 * @returns the directory to use, or clack's symbol to ask for it again
 */
export async function askAboutDirectory(
  { directory = '.' }: Partial<Answers>,
  { clack, overwrite, cancel: signal }: Asking,
): Promise<Partial<Answers> | symbol> {
  const path = resolvePath(directory);
  const existing = projectIn(path);
  if (overwrite || existing === 'own' || isVacant(path)) {
    return { directory };
  }
  const free = freePath(directory);
  const foreign = existing === 'foreign';
  const chosen = await clack.select({
    message: `${directory} ${foreign ? 'contains another project' : 'is not empty'}. Esc: type another name.`,
    options: [
      { value: free, label: `Create the project in ${free}` },
      ...(foreign
        ? []
        : [{ value: directory, label: `Create it in ${directory}; its other files stay` }]),
    ],
    initialValue: free,
    signal,
  });
  return typeof chosen === 'symbol' ? chosen : { directory: chosen };
}
