import { once } from 'node:events';
import { createServer, isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../settings.js';
import { anyAddress } from './addresses.js';
import { ConfigError, codeOf, messageOf } from './errors.js';

type Place = Pick<Settings, 'HTTPS' | 'HOST' | 'PORT' | 'DOMAINS' | 'TRUST_PROXY'>;
type Source = (name: string) => string;

/**
 * Listens, and logs what to open in a browser.
 *
 * @param source tells where the value of a setting comes from
 * @throws {ConfigError} when the service cannot listen on the address.
 */
export async function listen(
  app: FastifyInstance,
  place: Place,
  source: Source = () => 'as given',
): Promise<void> {
  try {
    if (place.HOST === 'localhost') await listenOnLoopback(app, place.PORT);
    else await app.listen({ host: place.HOST, port: place.PORT });
  } catch (cause) {
    // Plugins also start now. Their errors are not about the address.
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new ConfigError([listenMistake(place, cause, source)], { cause });
  }
  const page = pageOrigin(app, place);
  if (!place.DOMAINS.includes(page)) {
    app.log.warn(`Pages from ${page} cannot open a socket: this origin is not listed in DOMAINS.`);
  }
  app.log.info(`Page: ${page}/ Socket: ${page.replace('http', 'ws')}/live`);
}

function listenMistake({ HOST, PORT }: Place, cause: unknown, source: Source): string {
  if (codeOf(cause) === 'EADDRINUSE') {
    return `Port ${PORT} (${source('PORT')}) is in use. Stop that program, or set another PORT in .env and update DOMAINS.`;
  }
  if (codeOf(cause) === 'EACCES')
    return `This user may not listen on port ${PORT}. Set PORT to 1024 or more.`;
  const values = `HOST ${HOST} (${source('HOST')}), PORT ${PORT} (${source('PORT')})`;
  return `The service cannot listen on ${values}: ${messageOf(cause)}.`;
}

/**
 * Listens on 127.0.0.1 and on ::1, since clients resolve localhost to one or the other. Connections
 * to ::1 are passed to the same server, so both use a renewed certificate. The second server that
 * Fastify would create keeps the old one.
 */
async function listenOnLoopback(app: FastifyInstance, port: number): Promise<void> {
  const second = createServer({ allowHalfOpen: true, noDelay: true }, (stream) => {
    app.server.emit('connection', stream);
  });
  app.addHook('preClose', async () => {
    second.close();
  });
  await app.listen({ host: '127.0.0.1', port });
  try {
    await once(second.listen({ host: '::1', port: portOf(app) }), 'listening');
  } catch (error) {
    if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error) ?? '')) throw error;
    app.log.info('This machine has no ::1. The service listens on 127.0.0.1 only.');
  }
}

/** The port that the service listens on: with PORT=0 the system chooses it. */
export function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('The service does not listen on a port.');
  return address.port;
}

/**
 * The origin to open in a browser. With a reverse proxy, this is the first one in DOMAINS; otherwise
 * the one in DOMAINS that has this port.
 */
function pageOrigin(app: FastifyInstance, place: Place): string {
  const { HTTPS, HOST, DOMAINS, TRUST_PROXY } = place;
  const name = anyAddress.has(HOST) ? 'localhost' : HOST;
  const host = isIPv6(name) ? `[${name.replace(/%.*$/, '')}]` : name;
  const port = portOf(app);
  const { origin } = new URL(`${HTTPS ? 'https' : 'http'}://${host}:${port}`);
  if (DOMAINS.includes(origin)) return origin;
  const proxied = !HTTPS && TRUST_PROXY.length > 0;
  const pages = DOMAINS.filter((entry) => /^https?:/.test(entry));
  const listed = proxied ? pages[0] : pages.find((entry) => entry.endsWith(`:${port}`));
  return listed ?? origin;
}
