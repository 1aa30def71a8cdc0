import fp from 'fastify-plugin';
import { refuse, upgradeHeaders } from '../lib/replies.js';

/**
 * Refuses handshakes that RFC 6455, section 4.2.1, and RFC 9112, section 3.2, call wrong and that ws
 * accepts; and those on routes without a socket, which @fastify/websocket would accept and close.
 */
export default fp(
  async (app) => {
    app.addHook('onRequest', async (request, reply) => {
      if (!request.ws) return;
      request.log.trace({ headers: upgradeHeaders(request) }, 'WebSocket handshake');
      const { httpVersion, headersDistinct } = request.raw;
      if (!request.routeOptions.config?.socket) {
        return refuse(reply, { statusCode: 404, message: 'There is no socket at this address.' });
      }
      if (httpVersion !== '1.1') {
        return refuse(reply, { statusCode: 505, message: 'A handshake needs HTTP/1.1.' });
      }
      // A request that is injected by a test has no list of them.
      if (headersDistinct && headersDistinct.host?.length !== 1) {
        return refuse(reply, { statusCode: 400, message: 'A handshake needs one Host header.' });
      }
      if (String(request.headers['sec-websocket-version']) !== '13') {
        reply.header('sec-websocket-version', '13');
        return refuse(reply, { statusCode: 426, message: 'Only version 13 is spoken here.' });
      }
    });
  },
  { name: 'handshake', dependencies: ['websocket'] },
);
