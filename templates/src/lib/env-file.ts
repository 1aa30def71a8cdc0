import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError, codeOf, messageOf } from './errors.js';

/**
 * Reads `.env` in the current folder. A missing file counts as empty.
 *
 * It does not use `process.loadEnvFile`, which reports every error as ENOENT and mixes the values of
 * the file with the environment.
 *
 * @throws {ConfigError} if the file exists and cannot be read.
 */
export function readEnvFile(): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return {};
    throw new ConfigError([`.env cannot be read by this user: ${messageOf(cause)}.`], { cause });
  }
}
