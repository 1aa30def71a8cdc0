import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ProjectEvidence } from '../project-evidence.js';
import { readProject } from './project.js';
import { findProject } from './record.js';
import type { Environment } from './setting-values.js';

/** At most this many files are read. */
const mostFiles = 20;

function pemsIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.(pem|crt|cer)$/i.test(name));
    return names.slice(0, mostFiles).map((name) => join(folder, name));
  } catch {
    // The folder does not exist or cannot be read, so no file is found in it.
    return [];
  }
}

/** @returns the files that may contain the certificate that signed the project's own */
export function issuerFiles({ directory, settings, terminator }: ProjectEvidence): string[] {
  const { CA_CERT, CERT_KEY } = settings;
  if (terminator === 'none') {
    return [];
  }
  const named = [CERT_KEY, ...(CA_CERT === '' ? [] : [CA_CERT])];
  const paths = named.map((path) => resolve(directory, path));
  return [...new Set([...paths, ...pemsIn(dirname(resolve(directory, CERT_KEY)))])];
}

/** @returns the project that a folder is in, as it is now; undefined if there is none */
export function enclosingProject(folder: string, env: Environment): ProjectEvidence | undefined {
  const directory = findProject(folder);
  return directory === undefined ? undefined : readProject(directory, env);
}
