import type { FastifyRequest } from 'fastify';
import { Refusal, unauthorized } from './refusal.js';

/** What a client sends to show who it is. */
export type Credentials = { token: string } | { ticket: string };

/** Whether a text begins like a JWT: with {" in base64. */
export function isToken(text: string): boolean {
  return /^\s*(bearer[ .])?eyJ[\w-]+\./i.test(text);
}

/**
 * Refuses a token in the URL: it would stand in the logs of proxies, and stay valid (RFC 9700, section
 * 4.3.2). Also one in Sec-WebSocket-Protocol: that header is for negotiation, and is logged, too.
 *
 * @throws {Refusal}
 */
export function refuseMisplaced({ headers, query }: FastifyRequest): void {
  const parameters = Object.entries(Object(query));
  if (parameters.some(([name, value]) => name === 'access_token' || isToken(String(value)))) {
    throw misplaced('A token must not be in the URL. Send it as "Authorization: Bearer".');
  }
  const protocols = String(headers['sec-websocket-protocol'] ?? '').split(',');
  if (protocols.some(isToken)) {
    throw misplaced('A token must not be in Sec-WebSocket-Protocol. Send "Authorization: Bearer".');
  }
}

/**
 * Finds the token or the ticket of a handshake.
 *
 * @throws {Refusal} if there is none, or more than one
 */
export function credentialsOf({ headers, query }: FastifyRequest): Credentials {
  const ticket: unknown = Object(query).ticket;
  if (headers.authorization !== undefined && ticket !== undefined) {
    throw misplaced('Send a token or a ticket, not both.');
  }
  if (typeof ticket === 'string') return { ticket };
  if (ticket !== undefined) throw misplaced('Send one ticket.');
  return { token: bearerOf(headers.authorization) };
}

/**
 * The token in an Authorization header (RFC 6750, section 2.1).
 *
 * @throws {Refusal} if there is none
 */
export function bearerOf(header: string | undefined): string {
  const token = /^bearer +(\S+) *$/i.exec(header ?? '')?.[1];
  if (token !== undefined) return token;
  throw unauthorized(
    header === undefined
      ? 'A token ("Authorization: Bearer") or a ticket ("?ticket=") is required.'
      : 'The Authorization header has no bearer token.',
  );
}

function misplaced(message: string): Refusal {
  return new Refusal({ statusCode: 400, reason: 'misplaced-token', message });
}
