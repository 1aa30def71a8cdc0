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

function parsedFile(directory: string, name: string): ParsedFile {
  const found = readWhole(join(directory, name));
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

/** Where a service listens, and for which pages. */
const ofPlace = ['HTTPS', 'HOST', 'PORT', 'DOMAINS'];

/** What a fresh clone will have: the script certs copies the example, and adds secrets. */
function settingsToCome(directory: string): Environment {
  const { env } = parsedFile(directory, '.env.example');
  return Object.fromEntries(Object.entries(env).filter(([name]) => ofPlace.includes(name)));
}

/**
 * Reads the settings of a project as its service does: with Node's own parser. A variable of the real
 * environment, even an empty one, overrides a line of the file.
 */
export function findSettings(directory: string, real: Environment): FoundSettings {
  const { env, error, lines = [] } = parsedFile(directory, '.env');
  const domainsFromEnvironment = (real['DOMAINS'] ?? '') !== '';
  // Without pages in the environment, the service is of no use before .env exists.
  const isClone = error === 'ENOENT' && !domainsFromEnvironment;
  return {
    ignoredLines: ignoredIn(lines),
    given: { env: real, file: isClone ? settingsToCome(directory) : env },
    ...(error === undefined ? {} : { envError: error }),
    fromEnvironment: settingNames.filter((name) => real[name] !== undefined),
    domainsFromEnvironment,
    verificationDisabled: env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
  };
}
