import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Fastify's own answer repeats the address in the log, with any token that its query holds. */
export function answerUnknown(app: FastifyInstance): void {
  app.setNotFoundHandler(async (_request, reply) =>
    reply
      .code(404)
      .send({ statusCode: 404, error: 'Not Found', message: 'There is nothing at this address.' }),
  );
}

/**
 * Answers a request whose address cannot be decoded. Fastify does that beside all hooks, and after a
 * handshake nobody would read the connection any more and see that the client has left.
 */
export function answerUndecodable(
  _error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const { socket } = request.raw;
  if (request.headers.upgrade !== undefined) reply.raw.once('finish', () => socket.destroy());
  const message = 'The address cannot be used.';
  void reply.code(400).send({ statusCode: 400, error: 'Bad Request', message });
}
