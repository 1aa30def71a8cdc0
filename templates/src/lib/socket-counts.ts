import { sizeOf } from './budget.js';

/**
 * Close codes with a count of their own (RFC 6455, section 7.4.1). A client may send any code, so all
 * others have one count together.
 */
const knownCodes = [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013];

/** Messages in one direction, and the bytes of their payloads. */
class Traffic {
  messages = 0;
  bytes = 0;

  add(payload: unknown): void {
    this.messages += 1;
    this.bytes += typeof payload === 'string' ? Buffer.byteLength(payload) : sizeOf(payload);
  }
}

/**
 * What the sockets of the service have done so far, as plain numbers.
 *
 * Measured: counting each message in an object of prom-client costs twice as much.
 */
export class SocketCounts {
  readonly received = new Traffic();
  readonly sent = new Traffic();
  readonly refused = new Map<string, number>();
  // Each starts with 0: Prometheus does not see an increase if the first value is already 1.
  readonly closed = new Map([...knownCodes, 'other'].map((code) => [String(code), 0]));
  opened = 0;
  /** Clients that were disconnected because they read too slowly. */
  disconnected = 0;

  countRefused(reason: string): void {
    add(this.refused, reason);
  }

  countClosed(code: number): void {
    add(this.closed, this.closed.has(String(code)) ? String(code) : 'other');
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
