import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Mistakes } from './mistakes.js';
import type { Settings } from './settings.js';

type Place = Pick<Settings, 'HTTPS' | 'HOST' | 'PORT' | 'DOMAINS'>;

const everywhere = new Set(['0.0.0.0', '::']);

/**
 * Listens, and logs what to open in a browser.
 *
 * @throws {Mistakes} when the address cannot be listened on.
 */
export async function listen(app: FastifyInstance, place: Place): Promise<void> {
  try {
    await app.listen({ host: place.HOST, port: place.PORT });
  } catch (cause) {
    throw new Mistakes([listenMistake(place, cause)], { cause });
  }
  const page = pageOrigin(app, place);
  app.log.info(`Page: ${page}/ Socket: ${page.replace('http', 'ws')}/live`);
}

function listenMistake({ HOST, PORT }: Place, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${PORT} is taken. Stop the process that listens there, or set PORT.`;
  }
  if (code === 'EACCES') return `Port ${PORT} needs more rights. Set PORT to 1024 or more.`;
  return `The service cannot listen on ${HOST}, port ${PORT}. Correct HOST or PORT. (${cause})`;
}

/**
 * Where the service listens if pages from there are allowed, else the first origin that is:
 * behind a proxy the page is opened at the proxy.
 */
function pageOrigin(app: FastifyInstance, { HTTPS, HOST, PORT, DOMAINS }: Place): string {
  const name = everywhere.has(HOST) ? 'localhost' : HOST;
  const host = isIPv6(name) ? `[${name}]` : name;
  const address = app.server.address();
  // With PORT=0 the system has chosen the port.
  const port = typeof address === 'object' ? address?.port : PORT;
  const { origin } = new URL(`${HTTPS ? 'https' : 'http'}://${host}:${port}`);
  return DOMAINS.includes(origin) ? origin : (DOMAINS[0] ?? origin);
}
