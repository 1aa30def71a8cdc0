import { once } from 'node:events';
import { createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Listens on 127.0.0.1 and on ::1, since some clients take localhost for the one and some for the
 * other. What arrives on ::1 is handed to the one server that there is: a renewed certificate and
 * everything else is the same on both.
 */
export async function listenOnLoopback(app: FastifyInstance, port: number): Promise<void> {
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
    if (!isWithoutIPv6(error)) throw error;
    app.log.info('This machine has no ::1. The service listens on 127.0.0.1 alone.');
  }
}

/** The port that is listened on: with PORT=0 the system has chosen it. */
export function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('No port is listened on.');
  return address.port;
}

function isWithoutIPv6(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}
