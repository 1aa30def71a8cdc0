import { once } from 'node:events';
import { createServer, isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../settings.js';
import { everywhere } from './addresses.js';
import { ConfigError, codeOf, messageOf } from './errors.js';

type Place = Pick<Settings, 'HTTPS' | 'HOST' | 'PORT' | 'DOMAINS' | 'TRUST_PROXY'>;
type Source = (name: string) => string;

/**
 * Listens, and logs what to open in a browser.
 *
 * @param source says where the value of a setting comes from
 * @throws {ConfigError} when the address cannot be listened on.
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
    // An error of a plugin that starts now is not one of the address.
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new ConfigError([listenMistake(place, cause, source)], { cause });
  }
  const page = pageOrigin(app, place);
  if (!place.DOMAINS.includes(page)) {
    app.log.warn(`Pages from ${page} cannot open a socket: it is not listed in DOMAINS.`);
  }
  app.log.info(`Page: ${page}/ Socket: ${page.replace('http', 'ws')}/live`);
}

function listenMistake({ HOST, PORT }: Place, cause: unknown, source: Source): string {
  if (codeOf(cause) === 'EADDRINUSE') {
    return `Port ${PORT} is taken. Stop what listens there, or set another PORT and name it in DOMAINS.`;
  }
  if (codeOf(cause) === 'EACCES')
    return `Port ${PORT} needs more rights. Set PORT to 1024 or more.`;
  const values = `HOST ${HOST} (${source('HOST')}), PORT ${PORT} (${source('PORT')})`;
  return `The service cannot listen on ${values}: ${messageOf(cause)}.`;
}

/**
 * Listens on 127.0.0.1 and on ::1, since some clients take localhost for the one and some for the
 * other. What arrives on ::1 is handed to the one server, so a renewed certificate is used on both.
 * Fastify's own second server would keep the old one.
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

/** The port that is listened on: with PORT=0 the system has chosen it. */
export function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('No port is listened on.');
  return address.port;
}

/**
 * Where the page is opened: with a reverse proxy at the first origin, which is the proxy's, else
 * here, by the name that the list of origins has for this port.
 */
function pageOrigin(app: FastifyInstance, place: Place): string {
  const { HTTPS, HOST, DOMAINS, TRUST_PROXY } = place;
  const name = everywhere.has(HOST) ? 'localhost' : HOST;
  const host = isIPv6(name) ? `[${name.replace(/%.*$/, '')}]` : name;
  const port = portOf(app);
  const { origin } = new URL(`${HTTPS ? 'https' : 'http'}://${host}:${port}`);
  if (DOMAINS.includes(origin)) return origin;
  const proxied = !HTTPS && TRUST_PROXY.length > 0;
  const pages = DOMAINS.filter((entry) => /^https?:/.test(entry));
  const listed = proxied ? pages[0] : pages.find((entry) => entry.endsWith(`:${port}`));
  return listed ?? origin;
}
