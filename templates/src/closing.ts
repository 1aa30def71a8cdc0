import type { FastifyInstance } from 'fastify';

/**
 * Refuses what still comes while the service stops. Must be called before sockets are accepted, whose
 * goodbye takes a while. Fastify itself would not end the connection of a handshake that it refuses,
 * and then wait for that end.
 */
export function refuseWhileClosing(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onRequest', async ({ raw }, reply) => {
    if (!closing) return;
    if (raw.headers.upgrade !== undefined) reply.raw.once('finish', () => raw.socket.destroy());
    const message = 'The service is stopping.';
    reply.code(503).header('connection', 'close');
    return reply.send({ statusCode: 503, error: 'Service Unavailable', message });
  });
}
