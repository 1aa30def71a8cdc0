import type { FastifyInstance } from 'fastify';
import { refuse } from './handshake.js';

/**
 * Refuses WebSocket handshakes from pages of other origins, with 403 and a line in the log.
 *
 * Browsers let any page open a socket to any server and send the user's cookies along. CORS does
 * not apply to it, so the Origin header is the only protection (RFC 6455, section 10.2). It is
 * compared with a list, never with the Host header, which the client chooses.
 */
export function guardOrigins(app: FastifyInstance): void {
  const { DOMAINS, ALLOW_NO_ORIGIN } = app.settings;
  const allowed = new Set(DOMAINS);

  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (!request.ws || (origin === undefined ? ALLOW_NO_ORIGIN : allowed.has(origin))) return;
    return refuse(reply, { statusCode: 403, message: refusal(origin) });
  });
}

function refusal(origin: string | undefined): string {
  return origin === undefined
    ? 'The handshake has no Origin header, and ALLOW_NO_ORIGIN is false.'
    : `The origin ${origin.slice(0, 200)} is not listed in DOMAINS.`;
}

/** Says what is wrong with an entry of DOMAINS, in no line or one. */
export function originMistake(entry: string): string[] {
  const meant = originMeant(entry);
  if (meant === entry) return [];
  const advice =
    meant === undefined ? 'Write scheme://host or scheme://host:port.' : `Write ${meant}.`;
  return [`DOMAINS lists "${entry}", which is not an exact origin. ${advice}`];
}

function originMeant(entry: string): string | undefined {
  if (entry.includes('*') || !URL.canParse(entry)) return undefined;
  const { origin, protocol, host } = new URL(entry.replace(/^ws(s?):/i, 'http$1:'));
  if (origin !== 'null') return origin;
  // Apps such as capacitor://localhost send an origin that URL does not know.
  return host === '' ? undefined : `${protocol}//${host}`;
}
