import { pairPaths } from '../core/paths.js';

/** The requested properties of a development certificate. */
export interface CertificateRequest {
  /** Names and addresses: at least one. */
  hosts: string[];
  /** How long it is valid; the issuer's default without it. */
  days?: number;
  /** Whether to replace files that were not issued here. */
  overwrite?: boolean;
}

/** mkcert if it is installed, else the built-in issuer. */
export type Issuer = 'mkcert' | 'built-in';

/** @returns what has mkcert make a pair. ECDSA costs the server two thirds of RSA for each handshake */
export function mkcertCommand(hosts: string[], { keyFile, certFile } = pairPaths): string[] {
  return ['mkcert', '-ecdsa', '-cert-file', certFile, '-key-file', keyFile, ...hosts];
}
