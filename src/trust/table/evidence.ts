/** The certificate of the CA that is asked after. */
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
  /** We may write where the system keeps its list. */
  root: boolean;
  packages: Packages | undefined;
}

/** A list of authorities that a variable of the environment names. */
export interface NamedList {
  path: string;
  holds: boolean;
  /** Whether it has another CA of the same name, as an older one of the same user is. */
  hides?: boolean;
}

export type ListVariable = 'CURL_CA_BUNDLE' | 'SSL_CERT_FILE' | 'SSL_CERT_DIR';

/** Where a distribution takes authorities from, and what makes its list of them. */
export interface Anchors {
  file: string;
  refresh: string[];
}

/** What the lists of a system hold. */
export interface SystemEvidence {
  /** The list's path, where it is a file. */
  path?: string;
  /** Whether the list has the CA; undefined where it cannot be looked up. */
  holds: boolean | undefined;
  /** Whether the folder in which OpenSSL looks authorities up has it. */
  folderHolds: boolean;
  variables: Partial<Record<ListVariable, NamedList>>;
  anchors: Anchors | undefined;
}

/** What certutil says of the CA in a database of NSS. */
export type DatabaseAnswer =
  /** Trusted to vouch for servers. */
  | 'trusted'
  | 'absent'
  /** There, and marked as not trusted. */
  | 'distrusted'
  /** Another certificate has its name. */
  | 'other'
  /** There is no database in the folder yet. */
  | 'none'
  /** There is one, and no certutil. */
  | 'unasked'
  /** certutil did not come to an answer. */
  | 'unreadable';

/** A database of NSS, as Chromium and Firefox on Linux have them. */
export interface Database {
  browser: 'chromium' | 'firefox';
  title: string;
  folder: string;
  /** Whether the folder is there. */
  exists: boolean;
  answer: DatabaseAnswer;
  /** The name under which the CA is there. */
  name?: string;
  /** Another database that is not read because of this one. */
  hides?: string;
  /** What certutil said where it did not come to an answer. */
  said?: string;
}

/** What decides whom a Node.js trusts. */
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
  /** Where two files of authorities can be joined. */
  joined: string;
}

/** The Windows around a Linux of its own. */
export interface WindowsEvidence {
  /** Undefined where it could not be asked. */
  holds: boolean | undefined;
  /** The CA's certificate, as Windows names the path. */
  path: string;
}

/** What is known of a machine and of the CA that its clients may trust. */
export interface Evidence {
  /** `process.platform`. */
  platform: string;
  authority: Authority;
  tools: Tools;
  /** What mkcert is told to install into, by `TRUST_STORES`; undefined where it takes all. */
  only: string[] | undefined;
  system: SystemEvidence;
  databases: Database[];
  /** Names of browsers that are installed, though they may have no database. */
  browsers: Database['browser'][];
  node: NodeEvidence;
  windows?: WindowsEvidence;
  container: boolean;
}
