import fp from 'fastify-plugin';
import { refuse } from '../lib/replies.js';

/**
 * Refuses WebSocket handshakes from pages of other origins with 403, and logs them.
 *
 * Browsers let any page open a WebSocket to any server, and send the user's cookies. CORS does not
 * apply, so the Origin header is the only protection (RFC 6455, section 10.2). It is compared with
 * a list, never with the Host header, which the client chooses.
 */
export default fp(
  async (app) => {
    const { DOMAINS, ALLOW_NO_ORIGIN } = app.settings;
    const allowed = new Set(DOMAINS);
    app.addHook('onRequest', async (request, reply) => {
      const { origin } = request.headers;
      if (!request.ws || (origin === undefined ? ALLOW_NO_ORIGIN : allowed.has(origin))) return;
      return refuse(reply, { statusCode: 403, reason: 'origin', message: refusal(origin) });
    });
  },
  { name: 'origins', dependencies: ['websocket'] },
);

function refusal(origin: string | undefined): string {
  return origin === undefined
    ? 'The handshake has no Origin header, and ALLOW_NO_ORIGIN is false.'
    : `The origin ${origin.slice(0, 200)} is not listed in DOMAINS.`;
}
