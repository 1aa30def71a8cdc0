import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from './sandbox.js';

/** Lets mkcert create a key and a certificate in the sandbox, and its CA. */
export function issue({ folder, env }: Sandbox, hosts = ['localhost', '127.0.0.1', '::1']) {
  const [keyFile, certFile] = [join(folder, 'their key.pem'), join(folder, 'their cert.pem')];
  const files = ['-key-file', keyFile, '-cert-file', certFile];
  execFileSync('mkcert', ['-ecdsa', ...files, ...hosts], { env, stdio: 'pipe' });
  return { keyFile, certFile };
}

/** @returns the file with the CA certificate of the sandbox's mkcert */
export function caPathOf({ caRoot }: Sandbox): string {
  return join(caRoot, 'rootCA.pem');
}

/** @returns the CA certificate of the sandbox's mkcert */
export function caOf(place: Sandbox): string {
  return readFileSync(caPathOf(place), 'utf8');
}
