import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where mkcert 1.4.4 keeps its CA (`getCAROOT` in its main.go): the same as `mkcert -CAROOT`, without
 * starting a process.
 * @returns an absolute path
 */
export function caRoot(): string {
  const { CAROOT = '', XDG_DATA_HOME = '', LocalAppData = '' } = process.env;
  if (CAROOT !== '') {
    return resolve(CAROOT);
  }
  if (process.platform === 'win32') {
    // mkcert stops without this variable, which some services and sandboxes do not have.
    return resolve(LocalAppData === '' ? join(homedir(), 'AppData/Local') : LocalAppData, 'mkcert');
  }
  const library = process.platform === 'darwin' ? 'Library/Application Support' : '.local/share';
  return resolve(XDG_DATA_HOME === '' ? join(homedir(), library) : XDG_DATA_HOME, 'mkcert');
}

/** The file of the CA's certificate in that folder. */
export const certificateName = 'rootCA.pem';

/** The file of its private key. */
export const keyName = 'rootCA-key.pem';

/** @returns the path of the CA's private key, whether or not it exists */
export function caKeyPath(): string {
  return join(caRoot(), keyName);
}

/** @returns the path of the CA's certificate, whether or not it exists */
export function caPath(): string {
  return join(caRoot(), certificateName);
}
