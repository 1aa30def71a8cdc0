import fp from 'fastify-plugin';
import { refuse, upgradeHeaders } from '../lib/replies.js';

/**
 * Refuses handshakes that violate RFC 6455, section 4.2.1, or RFC 9112, section 3.2, but that ws
 * accepts. Also refuses those on plain HTTP routes, which @fastify/websocket would accept and close.
 */
export default fp(
  async (app) => {
    app.addHook('onRequest', async (request, reply) => {
      if (!request.ws) return;
      request.log.trace({ headers: upgradeHeaders(request) }, 'WebSocket handshake');
      const { httpVersion, headersDistinct } = request.raw;
      if (!request.routeOptions.config?.socket) {
        return refuse(reply, {
          statusCode: 404,
          reason: 'no-route',
          message: 'No WebSocket route has this URL.',
        });
      }
      if (httpVersion !== '1.1') {
        return refuse(reply, {
          statusCode: 505,
          reason: 'http-version',
          message: 'A handshake needs HTTP/1.1.',
        });
      }
      // A request that a test injects has no headersDistinct.
      if (headersDistinct && headersDistinct.host?.length !== 1) {
        return refuse(reply, {
          statusCode: 400,
          reason: 'host-header',
          message: 'A handshake needs exactly one Host header.',
        });
      }
      if (String(request.headers['sec-websocket-version']) !== '13') {
        reply.header('sec-websocket-version', '13');
        return refuse(reply, {
          statusCode: 426,
          reason: 'version',
          message: 'Only WebSocket version 13 is supported.',
        });
      }
    });
  },
  { name: 'handshake', dependencies: ['websocket'] },
);
