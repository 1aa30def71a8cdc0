import type { HttpAnswer } from '../../evidence.js';

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
