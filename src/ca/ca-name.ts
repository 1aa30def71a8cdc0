import { hostname, userInfo } from 'node:os';

/** The organization of mkcert's CA, by which users and programs recognize it. */
export const caName = 'mkcert development CA';

function user(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in containers.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

/** @returns the owner of certificates issued here, as written by mkcert: `user@host` */
export function owner(): string {
  return `${user()}@${hostname()}`;
}
