import type { PackageManager } from '../options/package-managers.js';
import type { CertificateFacts } from '../core/certificate-facts.js';

/** The settings that the service would use. An invalid value counts as its default. */
export interface ProjectSettings {
  HTTPS: boolean;
  PRIV_KEY: string;
  CERT_KEY: string;
  CA_CERT: string;
  /** Exact origins; invalid entries are left out. */
  DOMAINS: string[];
  HOST: string;
  PORT: number;
  TRUST_PROXY: string[];
}

export type Role = 'key' | 'certificate' | 'chain';

/** What a file is instead of the PEM that is needed. */
export type Contents =
  | 'empty'
  | 'escaped'
  | 'one-line'
  | 'truncated'
  | 'damaged'
  | 'certificate'
  | 'private-key'
  | 'public-key'
  | 'request'
  | 'openssh-key'
  | 'pkcs7'
  | 'pkcs12'
  | 'der-certificate'
  | 'der-key'
  | 'der'
  | 'other';

/** Why a pipe or a device is not read: reading would empty a pipe, and could block forever. */
export const notRegular = 'not a regular file';

/** One of the files for TLS. */
export interface FileEvidence {
  role: Role;
  /** As in the settings, relative to the project. */
  path: string;
  state: 'good' | 'unreadable' | 'encrypted' | 'wrong';
  /** Why it cannot be read: Node's code, such as ENOENT, or that it is a pipe or a device. */
  error?: string;
  /** Of a wrong file. */
  contents?: Contents;
}

/** A key and a certificate that can both be read. */
export interface PairEvidence {
  /** Whether the key belongs to the certificate. */
  fits: boolean;
  /** The position, from 1, of the certificate in the file that the key belongs to. */
  fitsAt?: number;
  /** `rsa`, `ec`, … */
  keyType: string;
  /** OpenSSL's error, if it refuses key, certificate and chain together. */
  refusal?: string;
}

/** The certificate in the file. */
export interface OwnCertificate {
  facts: CertificateFacts;
  /** The hosts of the service in the settings, and whether the certificate is valid for them. */
  hosts: { host: string; covered: boolean }[];
}

/** The process that listens on a port. */
export interface Holder {
  pid: number;
  name: string;
  /** Where it was started. */
  directory?: string;
  /** The folder of the generated project in which it was started. */
  project?: string;
  /** It belongs to this user, and to no project of another kind. */
  stoppable?: boolean;
}

/** What a port answered to `GET /healthz`. */
export interface Said {
  /** The scheme over which it spoke HTTP; absent if it did not. */
  scheme?: 'http' | 'https';
  status?: number;
  /** It answered like the service. */
  healthy: boolean;
  /** The first bytes that it sent, if they are not HTTP; empty if it sent none. */
  bytes: string;
}

/** One address on which the service listens, or would. */
export interface ListeningEvidence {
  address: string;
  port: number;
  /** `free`: nothing listens there, and the service could. `refused`: it could not. */
  state: 'accepts' | 'silent' | 'free' | 'refused';
  /** Node's code of a refusal, such as EADDRINUSE. */
  code?: string;
  said?: Said;
  holder?: Holder;
}

/** What the service's own port speaks, if a proxy is in front of it. */
export interface UpstreamEvidence {
  address: string;
  port: number;
  state: 'refused' | 'plain' | 'tls' | 'unknown';
}

/** What is known about the project in the current folder. */
export interface ProjectEvidence {
  directory: string;
  /** The user typed a URL that leads to it: if nothing answers there, the connection fails. */
  typed?: boolean;
  /** `process.platform` */
  platform: string;
  /** The version that generated it, if its record says so. */
  version?: string;
  packageManager: PackageManager;
  /** It was generated with authentication: its page takes a ticket for each connection. */
  tickets?: boolean;
  /** False if its dependencies are certainly not installed. */
  installed: boolean;
  /** Why `.env` cannot be read: Node's code, such as ENOENT. */
  envError?: string;
  settings: ProjectSettings;
  /** What the service says about invalid values: a sentence each. */
  mistakes: string[];
  /** Lines of `.env` that look like a setting but set nothing: their numbers and the names. */
  ignoredLines: { line: number; name: string }[];
  /** The settings that the environment sets, whatever `.env` says. */
  fromEnvironment: string[];
  /** The environment, not `.env`, says which origins may connect. */
  domainsFromEnvironment: boolean;
  /** `.env` has `NODE_TLS_REJECT_UNAUTHORIZED=0`. */
  verificationDisabled: boolean;
  /** A proxy is in front of the service. */
  proxied: boolean;
  /** What terminates TLS with the files: the proxy is that of `npm run proxy`. */
  terminator: 'service' | 'proxy' | 'none';
  /** The files for TLS; none without TLS, or if the proxy is elsewhere. */
  files: FileEvidence[];
  /** Key and certificate are the development pair in `certs/`, which the project's script creates. */
  development: boolean;
  /** Neither file of that pair exists, so the script creates both. It does not replace files. */
  creatable: boolean;
  /** `KEY_PASSPHRASE` has a value. */
  passphrase: boolean;
  pair?: PairEvidence;
  certificate?: OwnCertificate;
  /** Each address on which the service listens. */
  listening?: ListeningEvidence[];
  /** If a proxy is in front of the service. */
  upstream?: UpstreamEvidence;
}
