import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { errorCode } from './system-errors.js';

/** Codes of file systems that do not let a mode change, since they have none. */
const modeless = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL'];

/** Gives a file or folder of this user exactly this mode, if its file system has modes. */
export function setMode(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    if (!modeless.includes(errorCode(error) ?? '')) {
      throw error;
    }
  }
}

/** Writes a new file with exactly this mode, whatever the umask is. */
export function writeWithMode(path: string, text: string, mode: number): void {
  writeFileSync(path, text, { mode });
  setMode(path, mode);
}

const permissions = { read: 0o044, write: 0o022 };

/** @returns whether other users have this permission; false on Windows, which has no modes */
export function othersMay(what: keyof typeof permissions, path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & permissions[what]) !== 0;
}
