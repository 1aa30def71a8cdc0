import { readFileSync } from 'node:fs';
import { Mistakes } from './mistakes.js';
import { schema } from './schema.js';

/** Reads the file that the setting `name` points to. */
export function readPem(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const problem = missing ? 'is not there' : `cannot be read (${cause})`;
    throw new Mistakes([`${path} ${problem}. ${wayOut(name, path)}`], { cause });
  }
}

/** The files where development certificates lie can be made anew, others belong to somebody. */
export function wayOut(name: string, path: string): string {
  return path === schema.properties[name]?.default ? 'Run: npm run certs' : `Correct ${name}.`;
}
