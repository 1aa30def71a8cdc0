import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError, codeOf, messageOf } from './errors.js';

/**
 * Reads `.env` in the current folder; nothing where there is none.
 *
 * Not by `process.loadEnvFile`: it says ENOENT of every error, and mixes the file's values with the
 * environment's.
 *
 * @throws {ConfigError} when it is there and cannot be read.
 */
export function readEnvFile(): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return {};
    throw new ConfigError([`.env cannot be read by this user: ${messageOf(cause)}.`], { cause });
  }
}
