import { isTlsRecord, openingOrigin, proxyIn, refusal, wantsCertificate } from './signals.js';
import type { Evidence, HttpAnswer } from './evidence.js';

/** What a TLS server says to plain HTTP: nginx, Go (Caddy), Apache. */
const plainToTls =
  /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL-enabled/i;

/** @returns whether it is what servers say to HTTP/1.0, in which no upgrade can be asked for */
export function isOldHttp({ status, body }: HttpAnswer): boolean {
  return status === 505 && /HTTP\/1\.1/.test(body);
}

/** @returns whether it is what a Socket.IO server says where no upgrade arrives */
export function isEngineIoRefusal({ status, body }: HttpAnswer): boolean {
  return status === 400 && /"code":3,"message":"Bad request"/.test(body);
}

/**
 * @returns whether a proxy says that nothing was found, without a word: a WebSocket route of Fastify
 * answers so where no upgrade arrives, and unknown paths of it have a body
 */
export function isHidden(answer: HttpAnswer): boolean {
  return answer.status === 404 && answer.body === '' && proxyIn(answer) !== undefined;
}

/** @returns whether it is what Caddy answers for names that it has no site for */
export function isEmptyCaddy({ status, headers, body }: HttpAnswer): boolean {
  return status === 200 && /caddy/i.test(headers['server'] ?? '') && body === '';
}

/** @returns whether it is what proxies answer for names that they have no site for */
export function isWelcome(answer: HttpAnswer): boolean {
  const page = /Welcome to nginx|Apache2? .*Default Page|It works!/i.test(answer.body);
  return answer.status < 300 && (isEmptyCaddy(answer) || page);
}

/** @returns whether a proxy says that it is the one that fails; Cloudflare has numbers of its own for that */
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

/** @returns the answer that opens no socket, where it has one of these statuses */
export function statusIn(evidence: Evidence, ...statuses: number[]): HttpAnswer | undefined {
  const answer = refusal(evidence);
  return answer !== undefined && statuses.includes(answer.status) ? answer : undefined;
}

/** Statuses that say more than that something is wrong with the request. */
const telling = [401, 403, 404, 410, 421, 426, 429];

/** @returns a refusal that no other rule explains: ws says 400 where its path is another */
export function unknownRefusal(evidence: Evidence): HttpAnswer | undefined {
  const answer = refusal(evidence);
  if (answer === undefined || answer.status < 400 || answer.status > 499) {
    return undefined;
  }
  const known =
    telling.includes(answer.status) ||
    openingOrigin(evidence) !== undefined ||
    isPlainOnTls(evidence) ||
    isEngineIoRefusal(answer) ||
    wantsCertificate.test(answer.body);
  return known ? undefined : answer;
}
