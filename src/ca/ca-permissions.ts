import { existsSync, rmdirSync } from 'node:fs';
import { UserError } from '../core/errors.js';
import { quoteCommand } from '../core/quote.js';
import { othersMay, setMode } from '../io/modes.js';
import { makeFolders, makeStaging } from '../io/staging.js';
import { caKeyPath, caPath, caRoot } from './ca-root.js';

/** Creates a private folder in another one, and looks at its mode: exFAT and some shares have none. */
function hasModes(folder: string): boolean {
  try {
    const probe = makeStaging(folder);
    const isPrivate = !othersMay('write', probe);
    rmdirSync(probe);
    return isPrivate;
  } catch {
    // This user cannot write there: only the mode of the folder itself counts.
    return true;
  }
}

/**
 * Whoever can write to the CA can replace it, and sign certificates for any site that this user opens.
 * @throws UserError if other users can; a file system without modes is not an error
 */
export function refuseSharedCa(): void {
  const paths = [caRoot(), caKeyPath(), caPath()].filter((path) => existsSync(path));
  const open = paths.filter((path) => othersMay('write', path));
  if (open.length === 0 || !hasModes(caRoot())) {
    return;
  }
  throw new UserError(
    `Other users can replace the CA: they can write to ${open.join(', ')}.`,
    `Run: ${quoteCommand(['chmod', 'go-w', ...open])}. If others use this machine, create a new CA: set CAROOT to another folder.`,
    { code: 'unreadable-file', stage: 'plan' },
  );
}

/** Creates the folder of the CA before mkcert does, whose folder depends on the umask. */
export function makeCaRoot(): void {
  try {
    makeFolders(caRoot(), 0o700);
  } catch {
    // mkcert reports why it cannot create the folder.
  }
}

/** Gives the files of a new CA their modes: mkcert's depend on the umask. */
export function setCaModes(): void {
  const modes: [string, number][] = [
    [caKeyPath(), 0o400],
    [caPath(), 0o644],
  ];
  modes.filter(([path]) => existsSync(path)).forEach(([path, mode]) => setMode(path, mode));
}

/** @returns a sentence about private keys that other users can read; empty if there are none */
export function exposedKeys(paths: string[]): string {
  const read = paths.filter((path) => existsSync(path) && othersMay('read', path));
  return read.length === 0
    ? ''
    : `other users can read ${read.join(' and ')}, perhaps because the file system has no permissions`;
}
