import type { PackageManager } from '../../core/package-managers.js';
import type { CertificateFacts } from './evidence.js';

/** What the service would work with. A value that it does not take stands as its default. */
export interface ProjectSettings {
  HTTPS: boolean;
  PRIV_KEY: string;
  CERT_KEY: string;
  CA_CERT: string;
  /** Exact origins; mistaken entries are left out. */
  DOMAINS: string[];
  HOST: string;
  PORT: number;
  TRUST_PROXY: string[];
}

export type Role = 'key' | 'certificate' | 'chain';

/** What a file is instead of the PEM that is needed. */
export type Holding =
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

/** One of the files by which TLS is spoken. */
export interface FileEvidence {
  role: Role;
  /** As the settings name it, relative to the project. */
  path: string;
  /** `unknown` for pipes and devices, which are not read. */
  state: 'good' | 'unreadable' | 'encrypted' | 'wrong' | 'unknown';
  /** Why it cannot be read: Node's code, such as ENOENT. */
  error?: string;
  /** Of a wrong one. */
  holds?: Holding;
}

/** A key and a certificate that can both be read. */
export interface PairEvidence {
  /** Whether the key belongs to the certificate. */
  fits: boolean;
  /** The place, from 1, of the certificate in the file that the key does belong to. */
  fitsAt?: number;
  /** `rsa`, `ec`, … */
  keyType: string;
  /** What OpenSSL says of key, certificate and chain together, where it refuses them. */
  refusal?: string;
}

/** The certificate in the file. */
export interface OwnCertificate {
  facts: CertificateFacts;
  /** The hosts by which the settings know the service, and whether the certificate is for them. */
  hosts: { host: string; covered: boolean }[];
}

/** The process that listens on a port. */
export interface Holder {
  pid: number;
  name: string;
  /** Where it was started. */
  directory?: string;
  /** The folder of the project of ours in which it was started. */
  project?: string;
}

/** What a port said to `GET /healthz`. */
export interface Said {
  /** The scheme in which HTTP was spoken; absent where none was. */
  scheme?: 'http' | 'https';
  status?: number;
  /** It answered as the service does. */
  healthy: boolean;
  /** The beginning of what came where it is no HTTP; empty where nothing came. */
  bytes: string;
}

/** One address on which the service listens, or would. */
export interface ListeningEvidence {
  address: string;
  port: number;
  /** `free`: nothing is there, and the service could listen. `refused`: it could not. */
  state: 'accepts' | 'silent' | 'free' | 'refused';
  /** Node's code of a refusal, such as EADDRINUSE. */
  code?: string;
  said?: Said;
  holder?: Holder;
}

/** What the service's own port says, where a proxy is before it. */
export interface UpstreamEvidence {
  address: string;
  port: number;
  state: 'refused' | 'plain' | 'tls' | 'unknown';
}

/** What is known of the project around us. */
export interface ProjectEvidence {
  directory: string;
  /** A URL was typed that leads to it: where nothing answers there, the connection fails. */
  typed?: boolean;
  /** `process.platform` */
  platform: string;
  /** The version that made it, where its record says so. */
  version?: string;
  packageManager: PackageManager;
  /** Why `.env` cannot be read: Node's code, such as ENOENT. */
  envError?: string;
  settings: ProjectSettings;
  /** What the service says of values that it does not take: a sentence each. */
  mistakes: string[];
  /** The environment, and not `.env`, says which origins may connect. */
  domainsFromEnvironment: boolean;
  /** `.env` has `NODE_TLS_REJECT_UNAUTHORIZED=0`. */
  careless: boolean;
  /** A proxy stands in front of the service. */
  proxied: boolean;
  /** Who speaks TLS by the files: the proxy is that of `npm run proxy`. */
  speaker: 'service' | 'proxy' | 'nobody';
  /** Those by which TLS is spoken; none where nobody does, or where the proxy is elsewhere. */
  files: FileEvidence[];
  /** Key and certificate are the development pair in `certs/`, which the project's script makes. */
  development: boolean;
  /** Neither file of that pair exists, so that the script creates both. It replaces no file. */
  creatable: boolean;
  /** `KEY_PASSPHRASE` has a value. */
  passphrase: boolean;
  pair?: PairEvidence;
  certificate?: OwnCertificate;
  /** Each address on which the service listens. */
  listening?: ListeningEvidence[];
  /** Behind a proxy. */
  upstream?: UpstreamEvidence;
}
