import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from '../../templates/test/certificate.js';
import { bin, root, runProgram } from './cli.js';

/** A rendered JavaScript project with its own certificate. */
export interface App {
  folder: string;
  keyFile: string;
  certFile: string;
  /** The certificate that clients must trust. */
  cert: string;
  remove: () => void;
}

/**
 * Renders the JavaScript project inside templates/node_modules/, where Node.js finds the packages
 * of the templates. Needs `dist/`.
 *
 * @param flags more flags of the generator
 * @throws {Error} with the output of the generator, if it fails
 */
export async function renderApp(flags: string[] = []): Promise<App> {
  const cache = join(root, 'templates/node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'service-'));
  const words = '--yes --language js --no-install --no-git --cert-source files'.split(' ');
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const { key, cert } = makeCertificate();
  writeFileSync(keyFile, key, { mode: 0o600 });
  writeFileSync(certFile, cert);
  const files = ['--key-file', keyFile, '--cert-file', certFile];
  const command = [process.execPath, bin, 'app', ...words, ...files, ...flags];
  const { code, stdout, stderr } = await runProgram(command, { cwd: folder, env: process.env });
  if (code !== 0) {
    throw new Error(`The generator ended with ${code}:\n${stdout}\n${stderr}`);
  }
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder: join(folder, 'app'), keyFile, certFile, cert, remove };
}
