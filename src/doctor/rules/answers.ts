import { isTlsRecord, openingOrigin, proxyIn, refusal, wantsCertificate } from './signals.js';
import type { Evidence, HttpAnswer } from '../evidence.js';

/** What a TLS server says to plain HTTP: nginx, Go (Caddy), Apache. */
const plainToTls =
  /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL-enabled/i;

/** @returns whether it is what servers answer to HTTP/1.0, which has no upgrade */
export function isOldHttp({ status, body }: HttpAnswer): boolean {
  return status === 505 && /HTTP\/1\.1/.test(body);
}

/** @returns whether it is what a Socket.IO server answers to a request without an upgrade */
export function isEngineIoRefusal({ status, body }: HttpAnswer): boolean {
  return status === 400 && /"code":3,"message":"Bad request"/.test(body);
}

/**
 * @returns whether a proxy passes on a 404 without a body: a WebSocket route of Fastify answers like
 * this to a request without an upgrade; its 404 for unknown paths has a body
 */
export function isHidden(answer: HttpAnswer): boolean {
  return answer.status === 404 && answer.body === '' && proxyIn(answer) !== undefined;
}

/** @returns whether it is what Caddy answers for host names without a site */
export function isEmptyCaddy({ status, headers, body }: HttpAnswer): boolean {
  return status === 200 && /caddy/i.test(headers['server'] ?? '') && body === '';
}

/** @returns whether it is what proxies answer for host names without a site */
export function isWelcome(answer: HttpAnswer): boolean {
  const page = /Welcome to nginx|Apache2? .*Default Page|It works!/i.test(answer.body);
  return answer.status < 300 && (isEmptyCaddy(answer) || page);
}

/** @returns whether a proxy reports its own failure; Cloudflare has its own status codes for that */
export function isProxyError(answer: HttpAnswer): boolean {
  return (answer.status === 503 && proxyIn(answer) !== undefined) || answer.status >= 520;
}

/** @returns whether the port speaks TLS, and the URL does not */
export function isPlainOnTls({ target, otherScheme, upgrade }: Evidence): boolean {
  const inWords = plainToTls.test(upgrade?.answer?.body ?? '');
  const opened = upgrade?.answer !== undefined && !inWords;
  const byBytes = otherScheme?.tls?.end === 'secure' || isTlsRecord(upgrade?.bytes ?? '');
  return !target.secure && !opened && (inWords || byBytes);
}

/** @returns the answer that opened no socket, if it has one of these statuses */
export function statusIn(evidence: Evidence, ...statuses: number[]): HttpAnswer | undefined {
  const answer = refusal(evidence);
  return answer !== undefined && statuses.includes(answer.status) ? answer : undefined;
}

/** Statuses that say more than "bad request". */
const specific = [401, 403, 404, 410, 421, 426, 429];

/** @returns a refusal that no other rule explains: ws answers 400 for other paths than its own */
export function unknownRefusal(evidence: Evidence): HttpAnswer | undefined {
  const answer = refusal(evidence);
  if (answer === undefined || answer.status < 400 || answer.status > 499) {
    return undefined;
  }
  const known =
    specific.includes(answer.status) ||
    openingOrigin(evidence) !== undefined ||
    isPlainOnTls(evidence) ||
    isEngineIoRefusal(answer) ||
    wantsCertificate.test(answer.body);
  return known ? undefined : answer;
}
