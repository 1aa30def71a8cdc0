import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as tls from 'node:tls';

/**
 * Certificates of all authorities that a client in Node shall trust on this machine, in PEM: those
 * that Node trusts by itself, NODE_EXTRA_CA_CERTS among them, and mkcert's.
 *
 * The option `ca` of `tls`, `https` and `ws` takes the place of Node's own list, so that list must be
 * part of it.
 */
export function authorities(): string[] {
  const own = mkcertAuthority();
  return own === undefined ? trustedByNode() : [...trustedByNode(), own];
}

/** The certificate of the authority that signs development certificates, if there is one yet. */
export function mkcertAuthority(): string | undefined {
  return textOf(join(caRoot(), 'rootCA.pem'));
}

/** Where mkcert keeps its authority: the folder that `mkcert -CAROOT` prints. */
export function caRoot(): string {
  const { CAROOT = '', XDG_DATA_HOME = '', LocalAppData = '' } = process.env;
  if (CAROOT !== '') return resolve(CAROOT);
  if (process.platform === 'win32') return join(LocalAppData, 'mkcert');
  const library = process.platform === 'darwin' ? 'Library/Application Support' : '.local/share';
  return join(XDG_DATA_HOME === '' ? join(homedir(), library) : XDG_DATA_HOME, 'mkcert');
}

function trustedByNode(): string[] {
  // Node has this function from 22.15 on. It knows NODE_EXTRA_CA_CERTS and --use-system-ca.
  if ('getCACertificates' in tls && typeof tls.getCACertificates === 'function') {
    return tls.getCACertificates('default');
  }
  const extra = textOf(process.env.NODE_EXTRA_CA_CERTS ?? '');
  return extra === undefined ? [...tls.rootCertificates] : [...tls.rootCertificates, extra];
}

function textOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Node, too, goes on without a file that it may not read.
    return undefined;
  }
}
