import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../../core/errors.js';
import { pairPaths } from '../../core/paths.js';
import type { PairEvidence, ProjectSettings } from '../project-evidence.js';
import { certificatesIn, type Looked } from './files.js';

/** The files for TLS, each as far as it could be read. */
export interface Trio {
  key: Looked;
  certificate: Looked;
  chain: Looked | undefined;
}

/** OpenSSL's error if it refuses all files together: a chain that is cut off, a key too short. */
function refusalOf({ key, certificate, chain }: Trio, passphrase: string): string | undefined {
  const cert = `${certificate.text}\n${chain?.text ?? ''}`;
  try {
    createSecureContext({ key: key.text, cert, passphrase });
    return undefined;
  } catch (error) {
    // The error message is the evidence.
    return messageOf(error);
  }
}

/** The position, from 1, of the certificate that a key belongs to. */
function placeOf(key: KeyObject, text: string): number {
  return certificatesIn(text).findIndex((certificate) => certificate.checkPrivateKey(key)) + 1;
}

/** @returns whether key and certificate belong together; undefined if one cannot be read */
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

/** @returns whether key and certificate are where the project's script `certs` puts them */
export function isUsual({ PRIV_KEY, CERT_KEY }: Paths): boolean {
  return PRIV_KEY === pairPaths.keyFile && CERT_KEY === pairPaths.certFile;
}

/** @returns whether the project's script `certs` creates the pair: it does not replace files */
export function isCreatable({ key, certificate }: Trio, paths: Paths): boolean {
  return isUsual(paths) && isAbsent(key) && isAbsent(certificate);
}
