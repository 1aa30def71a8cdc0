import type { Client } from './client.js';
import type { Evidence, HttpAnswer, Reached, TlsEvidence, UpgradeEvidence } from './evidence.js';

/** @returns whether a socket is open */
export function isOpen(upgrade: UpgradeEvidence | undefined): boolean {
  return upgrade?.answer?.status === 101 && upgrade.answer.accepted;
}

/** @returns whether a socket is open, and stayed so while it was looked at */
export function isAlive(upgrade: UpgradeEvidence | undefined): boolean {
  const frames = upgrade?.frames;
  return frames?.end === 'open' && frames.close === undefined && !frames.invalid;
}

/** @returns whether a connection was taken, though it may have been dropped at once */
export function isTaken({ result }: Reached): boolean {
  return result === 'open' || result === 'ECONNRESET';
}

/** @returns whether bytes begin as a record of TLS does: an alert or a handshake (RFC 8446, 5.1) */
export function isTlsRecord(bytes: string): boolean {
  return /^\\u\{1[56]\}\\u\{3\}/.test(bytes);
}

/** @returns the answer to the handshake where it is none that opens a socket */
export function refusal({ upgrade }: Evidence): HttpAnswer | undefined {
  return upgrade?.answer?.status === 101 ? undefined : upgrade?.answer;
}

/** @returns another origin with which the same handshake opens a socket */
export function openingOrigin({ otherOrigins }: Evidence): UpgradeEvidence | undefined {
  return otherOrigins.find(isAlive);
}

/** What a proxy says in plain words where it wants a certificate of the client. */
export const wantsCertificate = /No required SSL certificate was sent|SSL certificate error/i;

/** @returns whether a server of HTTP/2 in Node.js refuses who offered no protocol */
export function isAboutAlpn(answer: HttpAnswer | undefined): boolean {
  return answer?.status === 403 && /Missing ALPN Protocol/i.test(answer.body);
}

/** Names that proxies and balancers give themselves in the Server header. */
const proxies =
  /nginx|openresty|caddy|envoy|haproxy|traefik|apache|cloudflare|awselb|varnish|iis|litespeed/i;

/** @returns what stands between us and the service, as far as the answer shows it */
export function proxyIn({ headers }: HttpAnswer): string | undefined {
  const { server = '', via } = headers;
  return proxies.test(server) ? server : via;
}

/** @returns what a proxy is called in a sentence that it begins */
export function proxyName({ headers }: HttpAnswer): string {
  const { server = '' } = headers;
  return proxies.test(server) ? server : 'The proxy';
}

/** @returns whether a handshake of TLS failed without a word of TLS */
export function isDropped(tls: TlsEvidence | undefined): boolean {
  return tls?.end === 'reset' || tls?.end === 'closed';
}

/** More of a header is not shown. */
const longestHeader = 80;

/** What an answer says, without the JSON around it. */
function wordsOf(body: string): string {
  const message = /"message"\s*:\s*"((?:\\.|[^"\\])*)"/.exec(body)?.[1];
  return (message ?? body).replaceAll(/\s+/g, ' ').trim().slice(0, 120);
}

/** @returns an answer's status and what it says, in one line */
export function answerText({ status, headers, body }: HttpAnswer): string {
  const named = headers['server']?.slice(0, longestHeader);
  const server = named === undefined ? '' : `, Server: ${named}`;
  const text = wordsOf(body);
  return `HTTP status ${status}${server}${text === '' ? ', no body' : `, "${text}"`}`;
}

const names: Record<Client, string> = {
  browser: 'browsers',
  node: 'Node.js',
  system: 'system tools',
};

/** @returns whom a verdict hits, in words */
export function clientsText(clients: Client[]): string {
  return clients.map((client) => names[client]).join(', ');
}

/** @returns a time as a day and a time of day, in UTC */
export function dateText(time: number): string {
  if (Number.isNaN(new Date(time).getTime())) {
    return 'a date that cannot be read';
  }
  return new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/:\d\d\.\d+Z$/, ' UTC');
}
