import { hostname, userInfo } from 'node:os';

/** The organization of mkcert's CA, by which people and programs know it. */
export const authorityName = 'mkcert development CA';

function user(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id that has no name, as containers have them.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

/** @returns who makes certificates here, as mkcert writes it on them: `user@host` */
export function owner(): string {
  return `${user()}@${hostname()}`;
}
