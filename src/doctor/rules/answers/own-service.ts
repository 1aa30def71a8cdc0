import type { KnownAnswer } from './known-answer.js';

const source = 'src/lib/refusal.ts of a generated project with authentication';
const who = 'The service';

const withToken =
  "Pass a token: --header 'Authorization: Bearer TOKEN'. In a project with a development secret, `npm run token` prints one. A page needs a ticket from POST /ticket for each connection: pass `ticket` to openSocket.";
const newTicket =
  "Take a new ticket for each attempt: it is valid once, for 30 seconds, for one origin and one path. Doctor opens several connections, so pass a token instead: --header 'Authorization: Bearer TOKEN'.";

/** What generated services answer, most of them those with authentication. */
export const ownServiceAnswers: KnownAnswer[] = [
  {
    // A route of a socket says that the upgrade is missing, so no proxy has removed it.
    match: { status: 404, phrase: /No route has this URL|nothing at this address/i },
    code: 'wrong-path',
    who,
    source: 'src/plugins/errors.ts of a generated project',
  },
  {
    match: { status: 401, phrase: /or a ticket \("\?ticket="\) is required|has no bearer token/ },
    code: 'unauthorized',
    who,
    source,
    cause: 'The service only lets known users in, and the handshake has neither token nor ticket.',
    fix: withToken,
  },
  {
    match: { status: 401, phrase: /The token has expired/ },
    code: 'unauthorized',
    who,
    source,
    cause: 'The token of the handshake has expired.',
    fix: 'Get a new token from the identity provider; in development, from `npm run token`. If it is new, compare the clocks of the two machines.',
  },
  {
    match: { status: 401, phrase: /The ticket is (unknown, used or expired|for another)/ },
    code: 'unauthorized',
    who,
    source,
    cause: 'The service does not accept the ticket in the URL.',
    fix: newTicket,
  },
  {
    match: { status: 401, phrase: /The sessions of this user were closed/ },
    code: 'unauthorized',
    who,
    source,
    cause: 'The sessions of this user were closed, and the token was issued before.',
    fix: 'Sign in again, and use the new token.',
  },
  {
    match: { status: 401, phrase: /The (algorithm of the )?token (was|has|is|needs|does)/ },
    code: 'unauthorized',
    who,
    source,
    cause: 'The service does not accept the token of the handshake.',
    fix: 'Compare "iss", "aud" and the signing key of the token with AUTH_ISSUER, AUTH_AUDIENCE, and AUTH_JWKS_URL or AUTH_SECRETS of the service.',
  },
  {
    match: {
      status: 400,
      phrase: /A token must not be in|Send a token or a ticket|Send one ticket/,
    },
    code: 'unauthorized',
    who,
    source,
    cause: 'The token of the handshake is in the wrong place.',
    fix: withToken,
  },
  {
    match: { status: 429, phrase: /This user has too many connections/ },
    code: 'too-many-requests',
    who,
    source,
    cause: 'This user has as many connections as the service allows.',
    fix: 'Close others, or raise AUTH_CONNECTIONS_PER_USER.',
  },
  {
    match: { status: 503, phrase: /keys for verifying tokens cannot be fetched/ },
    code: 'server-error',
    who,
    source,
    cause: 'The service cannot fetch the keys of the identity provider.',
    fix: 'Check AUTH_JWKS_URL from the machine of the service, for example with curl. The log of the service says why it fails.',
  },
  {
    match: { status: 503, phrase: /Tickets cannot be stored or checked/ },
    code: 'server-error',
    who,
    source,
    cause: 'The service cannot reach Redis, which keeps the tickets.',
    fix: 'Check REDIS_URL. The log of the service says why it fails.',
  },
];
