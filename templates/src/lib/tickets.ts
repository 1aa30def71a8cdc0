import { createHash, randomBytes } from 'node:crypto';
import { Refusal, unauthorized, undecided } from './refusal.js';
import type { Shared } from './shared.js';
import type { User } from './tokens.js';

/** How long a ticket can be used, in seconds. */
export const ticketSeconds = 30;

/** What a ticket stands for. It only opens a socket of this origin and path. */
export interface Ticket {
  user: User;
  /** The Origin header of the request for it; undefined for a program that sent none. */
  origin: string | undefined;
  path: string;
}

type Store = Pick<Shared, 'set' | 'take'>;

export type Tickets = ReturnType<typeof createTickets>;

/**
 * Issues and redeems tickets, each of which can be used once: browsers cannot send an Authorization
 * header with a handshake, and a token in a URL would be valid for minutes in the logs of proxies.
 *
 * @param store where tickets are kept, asked for each time
 */
export function createTickets(store: () => Store) {
  async function issue(ticket: Ticket): Promise<string> {
    const text = randomBytes(32).toString('base64url');
    await store().set(keyOf(text), JSON.stringify(ticket), ticketSeconds).catch(unavailable);
    return text;
  }

  /** Uses the ticket up, even if it turns out to be for another page or path. */
  async function redeem(text: string, { origin, path }: Omit<Ticket, 'user'>): Promise<User> {
    const kept = await store().take(keyOf(text)).catch(unavailable);
    if (kept === undefined) throw unauthorized('The ticket is unknown, used or expired.');
    const ticket: Ticket = JSON.parse(kept);
    if (ticket.origin !== origin) throw unauthorized('The ticket is for another origin.');
    if (ticket.path !== path) throw unauthorized('The ticket is for another path.');
    return ticket.user;
  }
  return { issue, redeem };
}

/** Someone who can read the store cannot use what is in it. */
function keyOf(ticket: string): string {
  return `ticket:${createHash('sha256').update(ticket).digest('base64url')}`;
}

function unavailable(error: unknown): never {
  if (error instanceof Refusal) throw error;
  throw undecided('Tickets cannot be stored or checked at the moment.');
}

/** How many tickets may wait in the memory. One takes about 500 bytes. */
const mostTickets = 100_000;

/** Keeps tickets in the memory of a single instance. */
export function memoryStore(): Store {
  // All live equally long, so that the first ones expire first.
  const kept = new Map<string, { value: string; until: number }>();

  function removeExpired(): void {
    const now = Date.now();
    for (const [key, { until }] of kept) {
      if (until > now) return;
      kept.delete(key);
    }
  }
  return {
    async set(key, value, seconds) {
      removeExpired();
      if (kept.size >= mostTickets) throw undecided('Too many tickets wait at the moment.');
      kept.set(key, { value, until: Date.now() + seconds * 1000 });
    },
    async take(key) {
      removeExpired();
      const found = kept.get(key);
      kept.delete(key);
      return found?.value;
    },
  };
}

const minuteMs = 60_000;

/** Lets each user have `most` tickets a minute. */
export function limitPerMinute(most: number) {
  // In the order in which their minutes end.
  const counts = new Map<string, { count: number; until: number }>();

  /** @throws {Refusal} 429, with the seconds until the end of the user's minute */
  return (id: string): void => {
    const now = Date.now();
    for (const [one, { until }] of counts) {
      if (until > now) break;
      counts.delete(one);
    }
    const current = counts.get(id) ?? { count: 0, until: now + minuteMs };
    if (current.count >= most) {
      throw new Refusal({
        statusCode: 429,
        reason: 'ticket-limit',
        message: 'This user has requested too many tickets.',
        retryAfter: Math.ceil((current.until - now) / 1000),
      });
    }
    current.count += 1;
    counts.set(id, current);
  };
}
