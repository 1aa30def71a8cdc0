import type { Evidence, Surroundings, Target } from '../evidence.js';
import type { Way } from './connect.js';
import type { Asked } from './send-request.js';
import type { Judging } from './trust.js';

/** What to check, and how far. */
export interface Asking {
  target: Target;
  surroundings: Surroundings;
  /** Origins that the server is expected to allow. */
  origins: string[];
  judging: Judging;
  /** The page that would open the socket, and whether the handshake sends its origin. */
  page?: { url: string; isOrigin: boolean };
  /** Where to connect, whatever the name resolves to. */
  address?: string;
  /** How long to watch idle sockets, in milliseconds. */
  idle?: number;
  cancel: AbortSignal;
}

/** What a probe adds to the evidence. */
export type Part = Partial<Evidence>;

/** What follows the first handshake at an address. */
export type Following = (way: Way, asked: Asked, asking: Asking) => Promise<Part>;
