import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

const secretBytes = 32;

function settingIn(directory: string): string {
  try {
    return parseEnv(readFileSync(join(directory, '.env'), 'utf8'))['AUTH_SECRETS'] ?? '';
  } catch {
    // There is no project yet; a file that cannot be read is found before anything is written.
    return '';
  }
}

/** @returns the secret for development tokens: the project's own, so that a second run changes nothing */
export function authSecret(directory: string): string {
  const own = settingIn(directory);
  return own === '' ? randomBytes(secretBytes).toString('base64url') : own;
}
