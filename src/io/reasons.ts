import { UserError, messageOf } from '../core/errors.js';

/** @returns the code of an error of the system, such as `ENOENT` */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** @returns the system's reason without its code and without the path, which is said already */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  return /^[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}

const permissions = 'Choose another directory, or change its permissions.';
const room = 'Make room there, or choose another directory.';

/** What a person can do about the ways in which a file system refuses, by the system's code. */
const reasons: Record<string, { why: string; fix: string }> = {
  EACCES: { why: 'permission is denied', fix: permissions },
  EPERM: { why: 'the operation is not permitted', fix: permissions },
  EROFS: { why: 'the file system is read-only', fix: 'Choose another directory.' },
  ENOSPC: { why: 'the disk is full', fix: room },
  EDQUOT: { why: 'your share of the disk is used up', fix: room },
  EFBIG: { why: 'a file is larger than this system allows', fix: 'Choose another directory.' },
  EEXIST: { why: 'a link to nothing is in its way', fix: 'Move it away.' },
  ENOTDIR: { why: 'a part of its path is a file', fix: 'Choose another directory.' },
  ELOOP: { why: 'its links lead in a circle', fix: 'Choose another directory.' },
  ENOENT: { why: 'nothing can be made there', fix: 'Choose another directory.' },
  ENAMETOOLONG: { why: 'its name is too long', fix: 'Choose a shorter one.' },
};

/**
 * @param path the place where a project cannot go
 * @param cause what the file system said
 * @param details what else is to be told, such as what is left there
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
