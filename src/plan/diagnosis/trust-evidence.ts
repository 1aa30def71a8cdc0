import type { Client } from './client.js';

/** Whether one store of authorities vouches for a chain. */
export interface StoreTrust {
  client: Client;
  title: string;
  /** Undefined where it could not be asked. */
  trusts: boolean | undefined;
  note?: string;
  fix: string[][];
}

/** Who signed the chain that a server sends, and who believes that. */
export interface TrustEvidence {
  /** `here` and `elsewhere` are development CAs as mkcert makes them. */
  signer: 'here' | 'elsewhere' | 'self' | 'other';
  /** How many certificates the server sends. */
  sent: number;
  /** How many of them, from the first, some client here needs; all where each is in time. */
  needed: number;
  /** The file from which it would send them, where it does not run. */
  source?: string;
  /** The issuer of the last of them, in one line. */
  issuer: string;
  /** The last of them vouches for itself. */
  complete: boolean;
  /** A public CA has logged the certificate (RFC 6962). */
  logged: boolean;
  issuerUrl?: string;
  /** A file here in which the certificate is that is not sent. */
  issuerFile?: string;
  /** Where an authority of the issuer's name with another key was found. */
  namesake?: string;
  /** The folder of this machine's development CA, where there is one. */
  caRoot?: string;
  /** The file that alone is judged by, where one was named. */
  caFile?: string;
  stores: StoreTrust[];
}
