/** How the other side ended a connection. */
export type End = 'open' | 'closed' | 'reset' | 'timeout' | 'too-long';

/** What handshakes send in addition. */
export interface Sending {
  protocols?: string[];
  /** Names and values; browsers cannot send them. */
  headers?: [string, string][];
  cookie?: string;
  /** The cookies that the page sets, which only its browser sends. */
  pageCookie?: string;
  /** User name and password of the URL, as the header Authorization has them. */
  credentials?: string;
}

/** The result of an upgrade request (RFC 6455, section 4). */
export interface UpgradeEvidence {
  /** Undefined if none was sent. */
  origin: string | undefined;
  end: End;
  /** Absent if the server did not send HTTP. */
  answer?: HttpAnswer;
  /** The first bytes that the server sent, if they are not HTTP; empty if it sent none. */
  bytes: string;
  code?: string;
  alert?: number;
  /** The HTTP version in the status line: `1.1`. */
  httpVersion?: string;
  /** The statuses of interim answers before the final one, such as 103. */
  informational?: number[];
  /** What strict clients refuse in the status line and the headers. */
  oddities?: Oddity[];
  /** The first reason why clients refuse a 101. */
  objection?: Objection;
  /** After a 101. */
  frames?: FramesEvidence;
}

/** A form of a status line or of headers that not every client reads. */
export type Oddity =
  | 'bare-lf'
  | 'status-line'
  | 'folded-header'
  | 'no-colon'
  | 'blank-in-name'
  | 'blank-before-colon'
  | 'nul'
  | 'large-head';

/** A header of a 101 that clients refuse. */
export type Objection = 'upgrade' | 'connection' | 'accept' | 'protocol' | 'extensions';

export interface HttpAnswer {
  status: number;
  /** The words after the status, if there are any. */
  reason?: string;
  /** With names in lower case; headers with the same name are joined with commas. */
  headers: Record<string, string>;
  /** The start of it. */
  body: string;
  /** Whether the headers are those of a 101 that clients accept. */
  accepted: boolean;
}

/** What arrived on an open socket. */
export interface FramesEvidence {
  /** The server answered doctor's ping. */
  pong: boolean;
  pings: number;
  messages: number;
  /** The server's close frame; 1005 if it has no code. */
  close?: { code: number; reason: string };
  /** How the connection itself ended, if it did. */
  end: End;
  /** The server sent something that is not a valid frame. */
  invalid: boolean;
  /** What is wrong with it. */
  fault?: FrameFault;
  /** Its first bytes: text, or numbers in hexadecimal. */
  bytes?: string;
  /** For how long the socket was watched, in milliseconds. */
  watched?: number;
  /** No ping was sent. */
  quiet?: boolean;
}

/** What no server may send on a socket (RFC 6455, section 5). */
export type FrameFault =
  | 'http'
  | 'masked'
  | 'compressed'
  | 'reserved'
  | 'opcode'
  | 'control'
  | 'continuation'
  | 'length'
  | 'size'
  | 'text'
  | 'close';

/** A part of a browser's handshake that a bare one does not have. */
export type HandshakePart =
  /** A page cannot send the headers that doctor was given. */
  | 'no-given-headers'
  /** Like Node.js itself, it sends user name and password of a URL only after 401 (RFC 7617). */
  | 'no-credentials'
  | 'cookies'
  | 'extensions'
  | 'user-agent'
  | 'headers'
  | 'fetch-metadata'
  | 'client-hello';

/** A handshake like a browser's, and what makes it differ from the bare one. */
export interface BrowserEvidence {
  upgrade: UpgradeEvidence;
  /** If only one of the two works: the parts that make the difference, if they were found. */
  parts?: HandshakePart[];
  /** If these are the cookies, how many bytes are refused, and how many are accepted. */
  cookies?: { refused: number; accepted: number; given: boolean };
  /** Repeated, the handshakes had other results. */
  unsteady?: boolean;
}

/** A WebSocket over HTTP/2 (RFC 8441). */
export interface Http2Evidence {
  /** The server says that it supports them. */
  announced: boolean;
  /** The answer to the handshake; 200 opens the socket. */
  status?: number;
  end: End;
}

/** The answer of a proxy of the environment to CONNECT. */
export interface TunnelEvidence {
  /** The variable that names the proxy. */
  variable: string;
  /** Its host and port. */
  proxy: string;
  status?: number;
  end: End;
}
