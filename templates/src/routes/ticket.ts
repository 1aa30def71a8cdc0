import fp from 'fastify-plugin';
import { answerRefusal, Refusal } from '../lib/refusal.js';
import { limitPerMinute, ticketSeconds } from '../lib/tickets.js';

/** Which socket the ticket is for: the path of its URL. */
const body = {
  type: 'object',
  required: ['path'],
  properties: { path: { type: 'string', pattern: '^/[^?#;]{0,499}$' } },
};

/**
 * Exchanges a token for a ticket, which a browser can send with a handshake. The ticket is only valid
 * once, for half a minute, for the origin of the page and for this path.
 */
export default fp(
  async (app) => {
    const { DOMAINS, ALLOW_NO_ORIGIN, AUTH_TICKETS_PER_MINUTE } = app.settings;
    const allowed = new Set(DOMAINS);
    const count = limitPerMinute(AUTH_TICKETS_PER_MINUTE);

    app.route<{ Body: { path: string } }>({
      method: 'POST',
      url: '/ticket',
      bodyLimit: 1024,
      schema: { body },
      onRequest: [
        async (_request, reply) => void reply.header('cache-control', 'no-store'),
        app.requireUser,
      ],
      async handler({ user, headers: { origin }, body: { path } }, reply) {
        try {
          // A ticket for another origin could not be used.
          if (!(origin === undefined ? ALLOW_NO_ORIGIN : allowed.has(origin))) throw foreign();
          if (!user) throw new Error('requireUser did not run.');
          count(user.id);
          const ticket = await app.tickets.issue({ user, origin, path });
          return { ticket, expiresIn: ticketSeconds };
        } catch (error) {
          return answerRefusal(reply, error);
        }
      },
    });
  },
  { name: 'ticket', dependencies: ['auth', 'cors', 'rate-limit'], encapsulate: true },
);

function foreign(): Refusal {
  const message = 'The origin of this page is not listed in DOMAINS.';
  return new Refusal({ statusCode: 403, reason: 'origin', message });
}
