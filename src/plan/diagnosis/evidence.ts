import type { PageEvidence } from './page-evidence.js';
import type { ProjectEvidence } from './project-evidence.js';
import type { TrustEvidence } from './trust-evidence.js';

/** The socket that is asked after. */
export interface Target {
  /** In full: `wss://localhost:3000/live`. */
  url: string;
  secure: boolean;
  /** A name, or an address without brackets. */
  host: string;
  port: number;
  /** With the query. */
  path: string;
  /** What the handshake claims: the page that would open the socket. */
  origin: string;
}

export interface Address {
  address: string;
  family: 4 | 6;
}

/** What the name came to. */
export interface NameEvidence {
  /** In the order in which clients try them; an address is its own. */
  addresses: Address[];
  /** Node's code, such as ENOTFOUND; `TIMEOUT` where no answer came in time. */
  error?: string;
}

/** What became of a connection to one address. */
export interface Reached extends Address {
  /** `open`, or Node's code, such as ECONNREFUSED; `TIMEOUT` where nothing came in time. */
  result: string;
  /** Whether the name leads to it; else it is the other loopback address. */
  named: boolean;
}

/** How the other side ended a connection. */
export type End = 'open' | 'closed' | 'reset' | 'timeout' | 'too-long';

/** A certificate, as the server sends it. Times are milliseconds of the epoch. */
export interface CertificateFacts {
  subject: string;
  issuer: string;
  /** What it is for, as it stands on it; undefined where it has no subjectAltName. */
  names: string[] | undefined;
  commonName: string | undefined;
  /** Whether it is for the host of the URL, by whatever name it has. */
  covers: boolean;
  validFrom: number;
  validTo: number;
  /** Extended key usages, as object identifiers; undefined where it is for everything. */
  usages: string[] | undefined;
  /** `rsa`, `ec`, `ed25519`, … */
  keyType: string;
  /** Of an RSA key. */
  keyBits: number | undefined;
  /** Signed with MD5 or SHA-1. */
  weakSignature: boolean;
}

/** What a TLS handshake came to, with nothing verified. */
export interface TlsEvidence {
  /** `secure` where a session was made. */
  end: End | 'secure' | 'failed';
  /** Node's code of the error, and the number of the alert that came (RFC 8446, section 6). */
  code?: string;
  alert?: number;
  message?: string;
  protocol?: string;
  alpn?: string;
  /** Of the session or of the handshake that failed behind it; the server's own is the first. */
  chain: CertificateFacts[];
}

/** What came of an upgrade that was written by hand (RFC 6455, section 4). */
export interface UpgradeEvidence {
  /** Undefined where none was claimed. */
  origin: string | undefined;
  end: End;
  /** Absent where what came is no HTTP. */
  answer?: HttpAnswer;
  /** The beginning of what came, where it is no HTTP; empty where nothing came. */
  bytes: string;
  code?: string;
  alert?: number;
  /** Behind a 101. */
  frames?: FramesEvidence;
}

export interface HttpAnswer {
  status: number;
  /** By names in lower case; several of one name are joined by commas. */
  headers: Record<string, string>;
  /** The beginning. */
  body: string;
  /** Whether the headers are those of a 101 that clients take. */
  accepted: boolean;
}

/** What came on an open socket. */
export interface FramesEvidence {
  /** Our ping was answered. */
  pong: boolean;
  pings: number;
  messages: number;
  /** The server's close frame; 1005 where it holds no code. */
  close?: { code: number; reason: string };
  /** How the connection itself ended, if it did. */
  end: End;
  /** What came is no frame of a server. */
  invalid: boolean;
}

/** How long silent sockets live. Times are milliseconds. */
export interface IdleEvidence {
  asked: number;
  /** When the silent one ended; undefined where it outlived the time that was asked for. */
  endedAfter?: number;
  silent: FramesEvidence;
  /** A second one, on which we sent pings. */
  pinged: FramesEvidence;
  /** How often it was pinged. */
  interval: number;
}

/** What a diagnosis is made with. */
export interface Surroundings {
  /** Milliseconds of the epoch. */
  now: number;
  /** The version of this Node.js. */
  node: string;
  /** `NODE_TLS_REJECT_UNAUTHORIZED` is 0. */
  careless: boolean;
  /** The variable that names a proxy for other programs, which a diagnosis does not use. */
  proxyVariable: string | undefined;
  /** Milliseconds that a stage may take. */
  limit: number;
  /** The words that run us: `npx create-fastify-wss`. */
  us: string[];
  /** What is looked at on request alone. */
  asked: { idle: boolean; page: boolean };
}

/** All that is known of a connection. What was not tried or not reached is absent. */
export interface Evidence {
  target: Target;
  surroundings: Surroundings;
  project?: ProjectEvidence;
  name?: NameEvidence;
  reached: Reached[];
  /** For `wss:` the handshake, offering HTTP/1.1 as clients do. */
  tls?: TlsEvidence;
  /** The same without an offer, where the first failed. */
  tlsWithoutAlpn?: TlsEvidence;
  trust?: TrustEvidence;
  upgrade?: UpgradeEvidence;
  /** The same with other origins. */
  otherOrigins: UpgradeEvidence[];
  /** The origin that no server lists; absent where the first upgrade failed. */
  foreignOrigin?: UpgradeEvidence;
  /** What the port says to the other scheme, where it does not speak this one. */
  otherScheme?: { plain?: UpgradeEvidence; tls?: TlsEvidence };
  idle?: IdleEvidence;
  page?: PageEvidence;
}
