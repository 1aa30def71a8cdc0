import { chmodSync, chownSync, cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, runProgram, type Ended } from './cli.js';
import type { Environment, Sandbox } from './sandbox.js';

/** The user without privileges and files, on every system. */
export const nobody = 65_534;

/** Only root may become another user. Any other user who runs the tests has few rights already. */
const uid = process.getuid?.() === 0 ? { uid: nobody } : {};

/** Creates a folder that belongs to the unprivileged user. */
export function ownFolder(path: string, mode = 0o755): void {
  mkdirSync(path, { recursive: true });
  own(path);
  chmodSync(path, mode);
}

/** Gives a file or a folder to the unprivileged user. */
export function own(path: string): void {
  if ('uid' in uid) {
    chownSync(path, nobody, nobody);
  }
}

/**
 * A copy of the bundle that every user may read. Root may do everything, so tests of permissions
 * run as nobody.
 *
 * @returns a function that runs it in a sandbox
 */
export function unprivileged({ folder, home, env }: Sandbox) {
  const place = dirname(folder);
  const dist = join(place, 'dist');
  cpSync(join(root, 'dist'), dist, { recursive: true });
  for (const path of [place, dist, folder, home]) {
    chmodSync(path, 0o755);
  }
  [folder, home].forEach(own);
  return (args: string[], more: Environment = {}, cwd = folder): Promise<Ended> =>
    runProgram([process.execPath, join(dist, 'cli.js'), ...args], {
      cwd,
      env: { ...env, ...more },
      ...uid,
    });
}
