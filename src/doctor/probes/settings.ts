import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { readWhole } from './read-file.js';
import type { Environment, Given } from './setting-values.js';

/** What the service finds in its environment. */
export interface FoundSettings {
  given: Given;
  /** Node's code if `.env` cannot be read. */
  envError?: string;
  domainsFromEnvironment: boolean;
  verificationDisabled: boolean;
}

function parsedFile(directory: string): { env: Environment; error?: string } {
  const found = readWhole(join(directory, '.env'));
  if ('bytes' in found) {
    return { env: parseEnv(found.bytes.toString('utf8')) };
  }
  return 'error' in found ? { env: {}, error: found.error } : { env: {} };
}

/**
 * Reads the settings of a project as its service does: with Node's own parser. A variable of the real
 * environment, even an empty one, overrides a line of the file.
 */
export function findSettings(directory: string, real: Environment): FoundSettings {
  const { env, error } = parsedFile(directory);
  return {
    given: { env: real, file: env },
    ...(error === undefined ? {} : { envError: error }),
    domainsFromEnvironment: (real['DOMAINS'] ?? '') !== '',
    verificationDisabled: env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
  };
}
