import type { FastifyReply } from 'fastify';
import { answer, refuse } from './replies.js';

interface Answer {
  statusCode: number;
  /** A short word for statistics. */
  reason: string;
  /** What the client reads: nothing secret. */
  message: string;
  /** In how many seconds it makes sense to try again. */
  retryAfter?: number;
}

/** Why a client is not let in, and how it is answered. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(given: Answer) {
    super(given.message);
    this.name = 'Refusal';
    this.answer = given;
  }
}

/** The client did not show who it is (RFC 9110, section 15.5.2). */
export function unauthorized(message: string): Refusal {
  return new Refusal({ statusCode: 401, reason: 'unauthorized', message });
}

/** The service cannot find out at the moment. The client may be right, so this is no 401. */
export function undecided(message: string): Refusal {
  return new Refusal({ statusCode: 503, reason: 'auth-unavailable', message, retryAfter: 5 });
}

/**
 * Answers with the scheme of authentication (RFC 9110, section 11.6.1), and with the time of the next
 * attempt.
 *
 * @throws what is not a Refusal
 */
export function answerRefusal(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof Refusal)) throw error;
  const { statusCode, retryAfter } = error.answer;
  if (statusCode === 401) reply.header('www-authenticate', 'Bearer');
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  return (reply.request.ws ? refuse : answer)(reply, error.answer);
}
