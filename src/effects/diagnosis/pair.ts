import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../../core/errors.js';
import { pairPaths } from '../../core/paths.js';
import type { PairEvidence, ProjectSettings } from '../../plan/diagnosis/project-evidence.js';
import { certificatesIn, type Looked } from './files.js';

/** What TLS is spoken with, each as far as it could be read. */
export interface Trio {
  key: Looked;
  certificate: Looked;
  chain: Looked | undefined;
}

/** What OpenSSL says of the whole, where it refuses it: a chain that is cut off, a key too short. */
function refusalOf({ key, certificate, chain }: Trio, passphrase: string): string | undefined {
  const cert = `${certificate.text}\n${chain?.text ?? ''}`;
  try {
    createSecureContext({ key: key.text, cert, passphrase });
    return undefined;
  } catch (error) {
    // Its own words are the evidence.
    return messageOf(error);
  }
}

/** The place, from 1, of the certificate that a key belongs to. */
function placeOf(key: KeyObject, text: string): number {
  return certificatesIn(text).findIndex((certificate) => certificate.checkPrivateKey(key)) + 1;
}

/** @returns how key and certificate go together; nothing where one of them cannot be read */
export function pairOf(trio: Trio, passphrase: string): PairEvidence | undefined {
  const { key, text } = { key: trio.key.key, text: trio.certificate.text };
  const { certificate } = trio.certificate;
  if (key === undefined || certificate === undefined) {
    return undefined;
  }
  const keyType = key.asymmetricKeyType ?? 'unknown';
  if (!certificate.checkPrivateKey(key)) {
    const place = placeOf(key, text);
    return { fits: false, keyType, ...(place > 1 ? { fitsAt: place } : {}) };
  }
  const refusal = refusalOf(trio, passphrase);
  return { fits: true, keyType, ...(refusal === undefined ? {} : { refusal }) };
}

function isAbsent({ evidence }: Looked): boolean {
  return evidence.error === 'ENOENT';
}

type Paths = Pick<ProjectSettings, 'PRIV_KEY' | 'CERT_KEY'>;

/** @returns whether key and certificate lie where the project's script `certs` puts them */
export function isUsual({ PRIV_KEY, CERT_KEY }: Paths): boolean {
  return PRIV_KEY === pairPaths.keyFile && CERT_KEY === pairPaths.certFile;
}

/** @returns whether the project's script `certs` creates the pair: it replaces no file */
export function isCreatable({ key, certificate }: Trio, paths: Paths): boolean {
  return isUsual(paths) && isAbsent(key) && isAbsent(certificate);
}
