/** The certificate of the CA to check. */
export interface Authority {
  /** Absolute path of its PEM file. */
  path: string;
  /** The name that mkcert gives it in NSS databases, with its serial number in decimal. */
  name: string;
  /** In hexadecimal, as Windows writes it. */
  serial: string;
}

/** How a system gets programs: the words of the command, and what it calls each of them. */
export interface Packages {
  words: string[];
  mkcert?: string;
  certutil?: string;
}

export interface Tools {
  mkcert: boolean;
  certutil: boolean;
  /** This user may write the system's trust store. */
  root: boolean;
  packages: Packages | undefined;
}

/** A list of CAs that an environment variable names. */
export interface NamedList {
  path: string;
  holds: boolean;
  /** Whether it has another CA with the same name, such as an older one of the same user. */
  hides?: boolean;
}

export type ListVariable = 'CURL_CA_BUNDLE' | 'SSL_CERT_FILE' | 'SSL_CERT_DIR';

/** Where a distribution reads CAs, and the command that rebuilds its list. */
export interface Anchors {
  file: string;
  refresh: string[];
}

/** The lists of a system. */
export interface SystemEvidence {
  /** The list's path, if it is a file. */
  path?: string;
  /** Whether the list has the CA; undefined if that is unknown. */
  holds: boolean | undefined;
  /** Whether OpenSSL's folder of CAs has it. */
  folderHolds: boolean;
  variables: Partial<Record<ListVariable, NamedList>>;
  anchors: Anchors | undefined;
}

/** What certutil says about the CA in an NSS database. */
export type DatabaseAnswer =
  /** Trusted to sign for servers. */
  | 'trusted'
  | 'absent'
  /** Present, but marked as not trusted. */
  | 'distrusted'
  /** Another certificate has its name. */
  | 'other'
  /** There is no database in the folder yet. */
  | 'none'
  /** There is one, but no certutil. */
  | 'unasked'
  /** certutil failed. */
  | 'unreadable';

/** An NSS database of Chromium or Firefox on Linux. */
export interface Database {
  browser: 'chromium' | 'firefox';
  title: string;
  folder: string;
  /** Whether the folder exists. */
  exists: boolean;
  answer: DatabaseAnswer;
  /** The name of the CA in the database. */
  name?: string;
  /** Another database that is not read because of this one. */
  hides?: string;
  /** What certutil printed when it failed. */
  said?: string;
}

/** What decides which CAs Node.js trusts. */
export interface NodeEvidence {
  version: string;
  /** What `NODE_EXTRA_CA_CERTS` names. */
  extra?: NamedList & { readable: boolean };
  /** `NODE_OPTIONS`, as it is set. */
  options: string;
  /** `NODE_USE_SYSTEM_CA` is 1. */
  useSystem: boolean;
  /** `NODE_TLS_REJECT_UNAUTHORIZED` is 0. */
  verificationDisabled: boolean;
  /** The path for a file that joins two lists of CAs. */
  joined: string;
}

/** The Windows outside the Windows Subsystem for Linux. */
export interface WindowsEvidence {
  /** Undefined if it could not be checked. */
  holds: boolean | undefined;
  /** The CA's certificate, as Windows names the path. */
  path: string;
}

/** What is known about a machine and the CA. */
export interface Evidence {
  /** `process.platform`. */
  platform: string;
  authority: Authority;
  tools: Tools;
  /** The stores for mkcert in `TRUST_STORES`; undefined for all. */
  only: string[] | undefined;
  system: SystemEvidence;
  databases: Database[];
  /** The installed browsers, with or without a database. */
  browsers: Database['browser'][];
  node: NodeEvidence;
  windows?: WindowsEvidence;
  container: boolean;
}
