import type { Browser } from '../core/browsers.js';
import type { CertificateFacts } from '../core/certificate-facts.js';
import type { Client } from './client.js';

/** Why OpenSSL refuses a chain, although it knows the CA. */
export interface ChainRefusal {
  /** Node's code, such as `INVALID_PURPOSE`; `UNSPECIFIED` for many causes. */
  code: string;
  /** In OpenSSL's words. */
  message: string;
}

/** Whether one trust store trusts a chain. */
export interface StoreTrust {
  client: Client;
  title: string;
  /** Of a browser whose rules differ from those of others. */
  browser?: Browser;
  /** Whether it has the CA, by names and signatures; undefined if it could not be checked. */
  trusts: boolean | undefined;
  /** What a verifier with its CAs says against the chain. */
  refusal?: ChainRefusal;
  note?: string;
  fix: string[][];
}

/** Who signed the chain that a server sends, and which clients trust it. */
export interface TrustEvidence {
  /** `here` and `elsewhere` are development CAs like those of mkcert. */
  signer: 'here' | 'elsewhere' | 'self' | 'other';
  /** How many certificates the server sends. */
  sent: number;
  /** How many of them, from the first, some client here needs; all of them if none has expired. */
  needed: number;
  /** The file from which it would send them, if it does not run. */
  source?: string;
  /** The certificates above them, in the trust stores of this machine. */
  above: CertificateFacts[];
  /** The issuer of the last of them, in one line. */
  issuer: string;
  /** The last of them is self-signed. */
  complete: boolean;
  /** A public CA has logged the certificate (RFC 6962). */
  logged: boolean;
  issuerUrl?: string;
  /** A file on this machine with the certificate that is not sent. */
  issuerFile?: string;
  /** It has the server's own certificate, too. */
  issuerFileIsWhole?: boolean;
  /** Where a CA with the issuer's name and another key was found. */
  namesake?: string;
  /** The folder of this machine's development CA, if there is one. */
  caRoot?: string;
  /** The only file with trusted CAs, if `--ca-file` named one. */
  caFile?: string;
  stores: StoreTrust[];
}
