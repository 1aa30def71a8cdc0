import type { HandshakePart, Sending } from '../upgrade-evidence.js';

/** An upgrade request. */
export interface Request {
  /** For the Host header, with the port. */
  authority: string;
  path: string;
  /** Undefined to send none. */
  origin: string | undefined;
  sending?: Sending;
  /** What it has of a browser's handshake; nothing by default. */
  parts?: HandshakePart[];
  /** How long its cookies are, in bytes, if it has them. */
  cookieBytes?: number;
}

/** All that a browser's handshake has more than a bare one. */
export const browserParts: HandshakePart[] = [
  'no-given-headers',
  'no-credentials',
  'cookies',
  'extensions',
  'user-agent',
  'headers',
  'fetch-metadata',
  'client-hello',
];

/** Many servers take 8,192 bytes for one header, and browsers send all cookies in one. */
export const usualCookies = 8000;

/** The product of current Chromium on Linux. */
const browserAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const ownAgent = 'create-fastify-wss doctor';

/** A browser has no cookie of more than 4,096 bytes (RFC 6265, section 6.1). */
const longestCookie = 4000;

/** @returns the given cookies, and others up to a length */
export function cookiesOf(given: string | undefined, bytes: number): string {
  const cookies = (given ?? '') === '' ? [] : [given];
  const missing = (): number => bytes - cookies.join('; ').length - 2;
  for (let count = 0; missing() > 20; count += 1) {
    const name = `doctor${count}=`;
    cookies.push(name.padEnd(Math.min(longestCookie, missing()), 'x'));
  }
  return cookies.join('; ');
}

/** @returns the cookies that a browser sends for certain */
export function givenCookies({ cookie, pageCookie }: Sending = {}): string | undefined {
  const known = [cookie, pageCookie].filter((each) => each !== undefined);
  return known.length === 0 ? undefined : known.join('; ');
}

/** How a page and a server are related (Fetch Metadata, section 2.3); all of a host is one site. */
function siteOf({ authority, origin }: Request): string {
  if (origin === undefined || origin === 'null') {
    return 'cross-site';
  }
  const host = origin.replace(/^[^/]*\/\//, '');
  const [own, other] = [authority, host].map((each) => each.replace(/:\d+$/, ''));
  const related = own === other ? 'same-site' : 'cross-site';
  return host === authority ? 'same-origin' : related;
}

type Line = [string, string | undefined];

/** The headers that a browser adds, by part; Chromium's but for Sec-Fetch, which others send. */
function browserLines(request: Request): Record<HandshakePart, Line[]> {
  const { sending, cookieBytes = usualCookies } = request;
  return {
    headers: [
      ['Pragma', 'no-cache'],
      ['Cache-Control', 'no-cache'],
      ['Accept-Encoding', 'gzip, deflate, br, zstd'],
      ['Accept-Language', 'en-US,en;q=0.9'],
    ],
    'user-agent': [['User-Agent', browserAgent]],
    cookies: [['Cookie', cookiesOf(givenCookies(sending), cookieBytes)]],
    extensions: [['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits']],
    'fetch-metadata': [
      ['Sec-Fetch-Dest', 'empty'],
      ['Sec-Fetch-Mode', 'websocket'],
      ['Sec-Fetch-Site', siteOf(request)],
    ],
    // It is part of TLS.
    'client-hello': [],
    'no-given-headers': [],
    'no-credentials': [],
  };
}

/** Later lines replace earlier ones of the same name. */
function unique(lines: Line[]): Line[] {
  const names = lines.map(([name]) => name.toLowerCase());
  return lines.filter(([name], index) => names.lastIndexOf(name.toLowerCase()) === index);
}

/** @returns the text of a request (RFC 6455, section 4.1) */
export function requestText(request: Request, key: string): string {
  const { authority, path, origin, sending, parts = [] } = request;
  const ofBrowser = browserLines(request);
  const lines: Line[] = [
    ['Host', authority],
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Origin', origin],
    ['User-Agent', ownAgent],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Protocol', sending?.protocols?.join(', ')],
    ['Authorization', parts.includes('no-credentials') ? undefined : sending?.credentials],
    ['Cookie', sending?.cookie],
    ...(parts.includes('no-given-headers') ? [] : (sending?.headers ?? [])),
    ...parts.flatMap((part) => ofBrowser[part]),
  ];
  const text = unique(lines.filter(([, value]) => value !== undefined && value !== ''))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return `GET ${path} HTTP/1.1\r\n${text}\r\n`;
}
