import type { CertificateFacts } from '../core/certificate-facts.js';
import type { Client } from './client.js';
import type { PageEvidence } from './page-evidence.js';
import type { ProjectEvidence } from './project-evidence.js';
import type { TrustEvidence } from './trust-evidence.js';
import type {
  BrowserEvidence,
  End,
  FramesEvidence,
  Http2Evidence,
  HttpAnswer,
  Sending,
  TunnelEvidence,
  UpgradeEvidence,
} from './upgrade-evidence.js';

export type { End, FramesEvidence, HttpAnswer, UpgradeEvidence } from './upgrade-evidence.js';

/** The socket that doctor checks. */
export interface Target {
  /** In full: `wss://localhost:3000/live`. */
  url: string;
  secure: boolean;
  /** A name, or an address without brackets. */
  host: string;
  port: number;
  /** With the query. */
  path: string;
  /** The origin that the handshake sends: that of the page that would open the socket. */
  origin: string;
  /** What each handshake sends in addition. Secret: it must not be printed. */
  sending?: Sending;
}

export interface Address {
  address: string;
  family: 4 | 6;
}

/** The result of the DNS lookup. */
export interface NameEvidence {
  /** In the order in which clients try them; for an address, the address itself. */
  addresses: Address[];
  /** The user chose the address: there was no lookup. */
  given?: boolean;
  /** Node's code, such as ENOTFOUND; `TIMEOUT` if no answer came in time. */
  error?: string;
}

/** The result of a connection to one address. */
export interface Reached extends Address {
  /** `open`, or Node's code, such as ECONNREFUSED; `TIMEOUT` if nothing came in time. */
  result: string;
  /** Whether the name resolves to it; otherwise it is a loopback address of this machine. */
  named: boolean;
  /** It is an address of this machine on a network. */
  own?: boolean;
}

/** The result of a TLS handshake without verification. */
export interface TlsEvidence {
  /** `secure` if it succeeded. */
  end: End | 'secure' | 'failed';
  /** Node's code of the error, and the number of the alert that came (RFC 8446, section 6). */
  code?: string;
  alert?: number;
  message?: string;
  protocol?: string;
  /** In OpenSSL's words. */
  cipher?: string | undefined;
  alpn?: string;
  /** Also of a handshake that failed after it; the server's own certificate is the first. */
  chain: CertificateFacts[];
}

/** The result of a handshake in which doctor offers what a browser offers. */
export interface BrowserHandshake extends Pick<TlsEvidence, 'end' | 'code' | 'alert' | 'protocol'> {
  /** In OpenSSL's words. */
  cipher?: string | undefined;
  message?: string;
  /** The server asked for a client certificate. */
  requestsCertificate: boolean;
  /** The server sent the OCSP status of its certificate. */
  isStapled: boolean;
  /** The size of the ClientHello. */
  helloBytes: number;
  /** The first bytes of the server are no TLS. */
  isBroken?: boolean;
}

/** The handshakes of the browsers whose rules were measured. */
export interface Handshakes {
  Chromium: BrowserHandshake;
  Firefox: BrowserHandshake;
}

/** What a client meets at another address, or in another TLS handshake. */
export interface Elsewhere {
  /** Undefined for the same address. */
  address: string | undefined;
  /** Whether the name resolves to it. */
  named: boolean;
  seen: Evidence;
  /** Works, although the first address does not. */
  better?: boolean;
  /** The first blocking verdict there. */
  problem?: { code: string; cause: string; evidence: string; fix: string; clients: Client[] };
}

/**
 * What a connection does whose handshake is dropped: it is closed before any request, or TLS is spoken
 * inside of it.
 */
export type Behind = 'closed' | 'tls';

/** How long idle sockets stay open. Times are in milliseconds. */
export interface IdleEvidence {
  asked: number;
  /** When the idle one ended; undefined if it stayed open for the whole time. */
  endedAfter?: number;
  silent: FramesEvidence;
  /** A second one, on which doctor sent pings. */
  pinged: FramesEvidence;
  /** How often it was pinged. */
  interval: number;
}

/** A flag with its value. */
export type Flag = [flag: string, value: string];

/** What was typed after `doctor`, without its secrets. */
export interface TypedWords {
  /** Undefined if none was typed. */
  url?: string;
  flags: Flag[];
}

/** The environment of a diagnosis. */
export interface Surroundings {
  /** In milliseconds since the epoch. */
  now: number;
  /** The version of this Node.js. */
  node: string;
  /** `NODE_TLS_REJECT_UNAUTHORIZED` is 0. */
  verificationDisabled: boolean;
  /** The variable that names a proxy for other programs; doctor does not use proxies. */
  proxyVariable: string | undefined;
  /** Milliseconds that a stage may take. */
  limit: number;
  /** The words of this command: `npx create-fastify-wss`. */
  ownCommand: string[];
  typed: TypedWords;
  /** What was asked for: `origin` if the user chose the one that doctor sends. */
  asked: { idle: boolean; page: boolean; origin?: boolean };
}

/** All that is known about a connection. What was not tried or not reached is absent. */
export interface Evidence {
  target: Target;
  surroundings: Surroundings;
  project?: ProjectEvidence;
  name?: NameEvidence;
  reached: Reached[];
  /** For `wss:` the handshake, with HTTP/1.1 in ALPN as clients do. */
  tls?: TlsEvidence;
  /** The same without ALPN, if the first failed. */
  tlsWithoutAlpn?: TlsEvidence;
  trust?: TrustEvidence;
  handshakes?: Handshakes;
  upgrade?: UpgradeEvidence;
  behind?: Behind;
  /** The address that was asked. */
  address?: string;
  /** The bare handshake, if only a browser's opens a socket; `upgrade` is then that one. */
  bare?: UpgradeEvidence;
  browser?: BrowserEvidence;
  /** What came of a ping, if the socket stays open without one; `upgrade` is then without a ping. */
  ping?: FramesEvidence;
  http2?: Http2Evidence;
  /** The answer to the same handshake with well-known subprotocols, if it failed without one. */
  protocols?: UpgradeEvidence;
  /** The answer to a request without an upgrade, if the handshake got none, or found nothing there. */
  plainRequest?: HttpAnswer;
  /** A TLS handshake with a small ClientHello succeeds, and the usual one of this Node.js fails. */
  smallHello?: boolean;
  tunnel?: TunnelEvidence;
  elsewhere?: Elsewhere[];
  /** The same with other origins. */
  otherOrigins: UpgradeEvidence[];
  /** With an origin that no server allows; absent if the first upgrade failed. */
  foreignOrigin?: UpgradeEvidence;
  /** What the port answers to the other scheme, if it does not speak this one. */
  otherScheme?: { plain?: UpgradeEvidence; tls?: TlsEvidence };
  idle?: IdleEvidence;
  page?: PageEvidence;
}
