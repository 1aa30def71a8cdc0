import type { Evidence, HttpAnswer, UpgradeEvidence } from '../../evidence.js';
import { isTlsRecord } from './tls.js';

/** @returns whether a socket is open */
export function isOpen(upgrade: UpgradeEvidence | undefined): boolean {
  return upgrade?.answer?.status === 101 && upgrade.answer.accepted;
}

/** @returns whether a socket opened and stayed open while doctor watched it */
export function isAlive(upgrade: UpgradeEvidence | undefined): boolean {
  const frames = upgrade?.frames;
  return frames?.end === 'open' && frames.close === undefined && !frames.invalid;
}

/** @returns the answer to the handshake, if it did not open a socket */
export function refusal({ upgrade }: Evidence): HttpAnswer | undefined {
  return upgrade?.answer?.status === 101 ? undefined : upgrade?.answer;
}

/** @returns the answer that opened no socket, if it has one of these statuses */
export function statusIn(evidence: Evidence, ...statuses: number[]): HttpAnswer | undefined {
  const answer = refusal(evidence);
  return answer !== undefined && statuses.includes(answer.status) ? answer : undefined;
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

/** @returns whether the page is of the server itself: Chromium then has an HTTP/2 connection to it */
export function isOwnPage({ target: { url, origin } }: Pick<Evidence, 'target'>): boolean {
  return origin === new URL(url.replace(/^ws/, 'http')).origin;
}

/** @returns the origin that a handshake claimed, for a sentence */
export function claimedOrigin({ origin }: UpgradeEvidence): string {
  return origin === undefined ? 'no origin' : `the origin ${origin}`;
}

/** What a TLS server says to plain HTTP: nginx, Go (Caddy), Apache. */
const plainToTls =
  /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL-enabled/i;

/** @returns whether the port speaks TLS, and the URL does not */
export function isPlainOnTls({ target, otherScheme, upgrade }: Evidence): boolean {
  const inWords = plainToTls.test(upgrade?.answer?.body ?? '');
  const opened = upgrade?.answer !== undefined && !inWords;
  const byBytes = otherScheme?.tls?.end === 'secure' || isTlsRecord(upgrade?.bytes ?? '');
  return !target.secure && !opened && (inWords || byBytes);
}

/**
 * @returns whether an answer is that of `verifyClient` in ws, which gives no reason (websockets/ws:
 * websocket-server.js, abortHandshake); proxies change its headers
 */
export function isVerifyClient({ status, headers, body }: HttpAnswer): boolean {
  return (
    status === 401 && headers['www-authenticate'] === undefined && body.trim() === 'Unauthorized'
  );
}
