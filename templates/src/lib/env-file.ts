import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.js';

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
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError([`.env cannot be read by this user: ${reason}.`], { cause });
  }
}
