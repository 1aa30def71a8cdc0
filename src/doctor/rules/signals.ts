import type { Client } from '../client.js';
import type { Evidence, HttpAnswer, Reached, TlsEvidence, UpgradeEvidence } from '../evidence.js';

/** @returns whether a socket is open */
export function isOpen(upgrade: UpgradeEvidence | undefined): boolean {
  return upgrade?.answer?.status === 101 && upgrade.answer.accepted;
}

/** @returns whether a socket opened and stayed open while doctor watched it */
export function isAlive(upgrade: UpgradeEvidence | undefined): boolean {
  const frames = upgrade?.frames;
  return frames?.end === 'open' && frames.close === undefined && !frames.invalid;
}

/** @returns whether a connection was accepted, even if it was dropped at once */
export function isTaken({ result }: Reached): boolean {
  return result === 'open' || result === 'ECONNRESET';
}

/** @returns whether bytes begin like a TLS record: an alert or a handshake (RFC 8446, 5.1) */
export function isTlsRecord(bytes: string): boolean {
  return /^\\u\{1[56]\}\\u\{3\}/.test(bytes);
}

/** @returns the answer to the handshake, if it did not open a socket */
export function refusal({ upgrade }: Evidence): HttpAnswer | undefined {
  return upgrade?.answer?.status === 101 ? undefined : upgrade?.answer;
}

/** @returns another origin with which the same handshake opens a socket */
export function openingOrigin({ otherOrigins }: Evidence): UpgradeEvidence | undefined {
  return otherOrigins.find(isAlive);
}

/** What a proxy answers in plain text when it requires a client certificate. */
export const wantsCertificate = /No required SSL certificate was sent|SSL certificate error/i;

/** @returns whether an HTTP/2 server in Node.js refuses a client that offered no protocol */
export function isAboutAlpn(answer: HttpAnswer | undefined): boolean {
  return answer?.status === 403 && /Missing ALPN Protocol/i.test(answer.body);
}

/** Names of proxies and load balancers in the Server header. */
const proxies =
  /nginx|openresty|caddy|envoy|haproxy|traefik|apache|cloudflare|awselb|varnish|iis|litespeed/i;

/** @returns the proxy between this machine and the service, if the answer shows one */
export function proxyIn({ headers }: HttpAnswer): string | undefined {
  const { server = '', via } = headers;
  return proxies.test(server) ? server : via;
}

/** @returns the name of a proxy, as the subject of a sentence */
export function proxyName({ headers }: HttpAnswer): string {
  const { server = '' } = headers;
  return proxies.test(server) ? server : 'The proxy';
}

/** @returns whether the connection was dropped before any TLS */
export function isDropped(tls: TlsEvidence | undefined): boolean {
  return tls?.end === 'reset' || tls?.end === 'closed';
}

/** Longer headers are cut off. */
const longestHeader = 80;

/** The message in an answer, without the JSON around it. */
function messageIn(body: string): string {
  const message = /"message"\s*:\s*"((?:\\.|[^"\\])*)"/.exec(body)?.[1];
  return (message ?? body).replaceAll(/\s+/g, ' ').trim().slice(0, 120);
}

/** @returns an answer's status and its message, in one line */
export function answerText({ status, headers, body }: HttpAnswer): string {
  const named = headers['server']?.slice(0, longestHeader);
  const server = named === undefined ? '' : `, Server: ${named}`;
  const text = messageIn(body);
  return `HTTP status ${status}${server}${text === '' ? ', no body' : `, "${text}"`}`;
}

const names: Record<Client, string> = {
  browser: 'browsers',
  node: 'Node.js',
  system: 'system tools',
};

/** @returns the affected clients, as a list in a sentence */
export function clientsText(clients: Client[]): string {
  return clients.map((client) => names[client]).join(', ');
}

/** @returns a time as a day and a time of day, in UTC */
export function dateText(time: number): string {
  if (Number.isNaN(new Date(time).getTime())) {
    return 'an unreadable date';
  }
  return new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/:\d\d\.\d+Z$/, ' UTC');
}
