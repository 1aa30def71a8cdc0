import { UserError, messageOf } from '../core/errors.js';

/** @returns the code of a system error, such as `ENOENT` */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** @returns the system's reason without its code and path */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  return /^[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}

const permissions = 'Choose another directory, or change its permissions.';
const room = 'Free some space, or choose another directory.';

/** Codes of a drive or a network share that was removed or is not connected. */
const disconnected = 'EIO ENODEV ENXIO ENOTCONN ESTALE EHOSTDOWN EHOSTUNREACH ETIMEDOUT'.split(' ');

/** The errors of file systems and what to do about them, by the system's code. */
const reasons: Record<string, { why: string; fix: string }> = {
  EACCES: { why: 'permission is denied', fix: permissions },
  EPERM: { why: 'the operation is not permitted', fix: permissions },
  EROFS: { why: 'the file system is read-only', fix: 'Choose another directory.' },
  ENOSPC: { why: 'the disk is full', fix: room },
  EDQUOT: { why: 'the disk quota is exceeded', fix: room },
  EFBIG: { why: 'a file is larger than this system allows', fix: 'Choose another directory.' },
  EEXIST: { why: 'a broken link is in its place', fix: 'Move it away.' },
  ENOTDIR: { why: 'a part of its path is a file', fix: 'Choose another directory.' },
  ELOOP: { why: 'its links form a loop', fix: 'Choose another directory.' },
  ENOENT: { why: 'nothing can be created there', fix: 'Choose another directory.' },
  EBUSY: { why: 'another program is using it', fix: 'Close that program, then run again.' },
  ENAMETOOLONG: { why: 'its name is too long', fix: 'Choose a shorter name.' },
  ...Object.fromEntries(
    disconnected.map((code) => [
      code,
      {
        why: 'its drive or network share does not answer',
        fix: 'Connect it, or choose another directory.',
      },
    ]),
  ),
};

/**
 * @param path where the project cannot be created
 * @param cause the error of the file system
 * @param details further lines, such as leftovers
 */
export function notWritable(path: string, cause: unknown, details: string[] = []): UserError {
  const code = errorCode(cause) ?? '';
  const known = reasons[code];
  const why = known === undefined ? messageOf(cause) : `${known.why} (${code})`;
  return new UserError(`${path} cannot be used: ${why}.`, known?.fix ?? permissions, {
    code: 'not-writable',
    stage: 'apply',
    cause,
    details,
  });
}
