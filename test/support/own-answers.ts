import type { Code } from '../../src/doctor/verdict.js';

const headers = { 'Content-Type': 'application/json; charset=utf-8' };

type Row = [message: string, status: string, code: Code, fix: RegExp];

const unauthorized = '401 Unauthorized';
const withHeader = /--header 'Authorization: Bearer TOKEN'/;

const rows: Row[] = [
  [
    'A token ("Authorization: Bearer") or a ticket ("?ticket=") is required.',
    unauthorized,
    'unauthorized',
    withHeader,
  ],
  ['The Authorization header has no bearer token.', unauthorized, 'unauthorized', withHeader],
  ['The token has expired.', unauthorized, 'unauthorized', /new token/],
  ['The ticket is unknown, used or expired.', unauthorized, 'unauthorized', withHeader],
  ['The ticket is for another origin.', unauthorized, 'unauthorized', /one origin and one path/],
  ['The sessions of this user were closed.', unauthorized, 'unauthorized', /Sign in again/],
  [
    'The token was not signed with a key of the issuer.',
    unauthorized,
    'unauthorized',
    /AUTH_ISSUER/,
  ],
  ['The token has an invalid or missing "aud".', unauthorized, 'unauthorized', /AUTH_AUDIENCE/],
  ['The algorithm of the token is not allowed.', unauthorized, 'unauthorized', /AUTH_JWKS_URL/],
  [
    'A token must not be in the URL. Send it as "Authorization: Bearer".',
    '400 Bad Request',
    'unauthorized',
    withHeader,
  ],
  [
    'This user has too many connections.',
    '429 Too Many Requests',
    'too-many-requests',
    /AUTH_CONNECTIONS_PER_USER/,
  ],
  [
    'The keys for verifying tokens cannot be fetched at the moment.',
    '503 Service Unavailable',
    'server-error',
    /AUTH_JWKS_URL/,
  ],
  [
    'Tickets cannot be stored or checked at the moment.',
    '503 Service Unavailable',
    'server-error',
    /REDIS_URL/,
  ],
];

/** What generated services with authentication answer. */
export const ownAnswers = rows.map(([message, status, code, fix]) => ({
  from: 'a generated service with authentication',
  status,
  headers,
  body: JSON.stringify({ statusCode: Number.parseInt(status, 10), error: '', message }),
  code,
  fix,
}));
