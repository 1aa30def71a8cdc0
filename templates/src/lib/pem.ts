import { readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { ConfigError } from './config-error.js';

/** The folder of the project: lib/ is two levels below it. */
const project = join(import.meta.dirname, '..', '..');
const development = ['certs/key.pem', 'certs/cert.pem'];
const mostBytes = 1_048_576;

/**
 * Reads the file that the setting `name` points to.
 *
 * @throws {ConfigError} with one line; also for what is no regular file, since reading a pipe may never end.
 */
export function readPem(name: string, path: string): string {
  try {
    const file = statSync(path);
    if (!file.isFile() || file.size > mostBytes) throw new Error('it is not a regular PEM file');
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${reason}`;
    const fix =
      code === 'EACCES' ? 'Let the user that runs the service read it.' : fixFor(name, path);
    throw new ConfigError([`${resolve(path)} ${problem}. ${fix}`], { cause });
  }
}

/** Development certificates can be made again, other files are their owner's. */
export function fixFor(name: string, path: string): string {
  if (!development.includes(path)) return `Correct ${name}.`;
  const elsewhere = relative(project, '') !== '';
  return elsewhere ? `Start the service in its own folder, ${project}.` : 'Run: npm run certs';
}
