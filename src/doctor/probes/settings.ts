import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { readWhole } from './read-file.js';
import { settingNames, type Environment, type Given } from './setting-values.js';

/** What the service finds in its environment. */
export interface FoundSettings {
  given: Given;
  /** Node's code if `.env` cannot be read. */
  envError?: string;
  fromEnvironment: string[];
  domainsFromEnvironment: boolean;
  verificationDisabled: boolean;
  /** Lines that look like a setting but set nothing. */
  ignoredLines: { line: number; name: string }[];
}

interface ParsedFile {
  env: Environment;
  lines?: string[];
  error?: string;
}

function parsedFile(directory: string): ParsedFile {
  const found = readWhole(join(directory, '.env'));
  if ('bytes' in found) {
    const text = found.bytes.toString('utf8');
    return { env: parseEnv(text), lines: text.split(/\r?\n/) };
  }
  return { env: {}, error: found.error };
}

/** Finds lines such as `PORT: 3000`. Their values may be secret. */
function ignoredIn(lines: string[]): FoundSettings['ignoredLines'] {
  return lines.flatMap((text, index) => {
    const name = /^\s*(?:export\s+)?([A-Z][A-Z_]+)\s*(?:[: ]|$)(?!\s*=)/.exec(text)?.[1];
    return name !== undefined && settingNames.includes(name) ? [{ line: index + 1, name }] : [];
  });
}

/**
 * Reads the settings of a project as its service does: with Node's own parser. A variable of the real
 * environment, even an empty one, overrides a line of the file.
 */
export function findSettings(directory: string, real: Environment): FoundSettings {
  const { env, error, lines = [] } = parsedFile(directory);
  return {
    ignoredLines: ignoredIn(lines),
    given: { env: real, file: env },
    ...(error === undefined ? {} : { envError: error }),
    fromEnvironment: settingNames.filter((name) => real[name] !== undefined),
    domainsFromEnvironment: (real['DOMAINS'] ?? '') !== '',
    verificationDisabled: env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
  };
}
