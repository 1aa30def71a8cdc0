import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { everywhere } from './addresses.js';
import { listenOnLoopback, portOf } from './loopback.js';
import { Mistakes } from './mistakes.js';
import type { Settings } from './settings.js';

type Place = Pick<Settings, 'HTTPS' | 'HOST' | 'PORT' | 'DOMAINS' | 'TRUST_PROXY'>;

/**
 * Listens, and logs what to open in a browser.
 *
 * @throws {Mistakes} when the address cannot be listened on.
 */
export async function listen(app: FastifyInstance, place: Place): Promise<void> {
  try {
    if (place.HOST === 'localhost') await listenOnLoopback(app, place.PORT);
    else await app.listen({ host: place.HOST, port: place.PORT });
  } catch (cause) {
    await app.close();
    throw new Mistakes([listenMistake(place, cause)], { cause });
  }
  const page = pageOrigin(app, place);
  app.log.info(`Page: ${page}/ Socket: ${page.replace('http', 'ws')}/live`);
  if (!place.DOMAINS.includes(page)) {
    app.log.warn(`Pages from ${page} cannot open a socket: it is not listed in DOMAINS.`);
  }
}

function listenMistake({ HOST, PORT }: Place, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${PORT} is taken. Stop what listens there, or set another PORT and name it in DOMAINS.`;
  }
  if (code === 'EACCES') return `Port ${PORT} needs more rights. Set PORT to 1024 or more.`;
  return `The service cannot listen on ${HOST}, port ${PORT}. Correct HOST or PORT. (${cause})`;
}

/**
 * Where the page is opened: behind a proxy at the first origin, which is the proxy's, else here, by
 * the name that the list of origins has for this port.
 */
function pageOrigin(app: FastifyInstance, place: Place): string {
  const { HTTPS, HOST, DOMAINS, TRUST_PROXY } = place;
  const name = everywhere.has(HOST) ? 'localhost' : HOST;
  const host = isIPv6(name) ? `[${name.replace(/%.*$/, '')}]` : name;
  const port = portOf(app);
  const { origin } = new URL(`${HTTPS ? 'https' : 'http'}://${host}:${port}`);
  if (DOMAINS.includes(origin)) return origin;
  const proxied = !HTTPS && TRUST_PROXY.length > 0;
  const listed = proxied ? DOMAINS[0] : DOMAINS.find((entry) => entry.endsWith(`:${port}`));
  return listed ?? origin;
}
