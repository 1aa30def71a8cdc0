import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Writes a random secret for development into .env. A missing .env is copied from the example. */
export function createSecret(): void {
  const line = `AUTH_SECRETS=${randomBytes(32).toString('base64url')}`;
  const text = readFileSync(existsSync('.env') ? '.env' : '.env.example', 'utf8');
  const empty = /^AUTH_SECRETS=.*$/m;
  const added = empty.test(text) ? text.replace(empty, line) : `${text.trimEnd()}\n\n${line}\n`;
  writeFileSync('.env', added, { mode: 0o600 });
}
