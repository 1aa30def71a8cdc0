/** The longest header of a frame, in bytes (RFC 6455, section 5.2). */
const headerBytes = 14;

export interface Share {
  /** Frames a second. */
  rate: number;
  /** Frames that may come at once. */
  burst: number;
  /** Bytes of a message that may have arrived before the message is whole. */
  partial: number;
}

/**
 * What a client may send, in frames and in bytes that no message accounts for. ws does not report the
 * fragments of a message, but each has a header: many headers are many fragments. Both refill with
 * time, and a full budget holds what a stalled network delivers at once.
 *
 * Measured: counting messages alone, 10 connections with fragments of one byte took 2.4 s of processor
 * time in 5.8 s; counting by the clock second disconnected every client after a stall of 25 s.
 */
export class Budget {
  readonly #share: Share;
  #frames: number;
  #bytes: number;
  #at = performance.now();

  constructor(share: Share) {
    this.#share = share;
    this.#frames = share.burst;
    this.#bytes = bytesOf(share);
  }

  /** Counts a message, ping or pong. The bytes of its payload are accounted for. */
  countFrame(payload: unknown): void {
    this.#frames -= 1;
    this.#bytes += sizeOf(payload);
  }

  /**
   * Counts messages that are passed on to others. The burst is for what a client sends itself: 100 members
   * of a room could otherwise cause 250,000 deliveries at once.
   *
   * @returns false where so many are owed already that these must not happen: one packet can hold
   *   10,000 messages, which took 20 s in a room of 95
   */
  chargeDeliveries(count: number): boolean {
    const { rate, burst } = this.#share;
    if (this.#frames < -10 * burst) return false;
    this.#frames = Math.min(this.#frames, rate) - count;
    return true;
  }

  /** Adds what the time since the last call gives. */
  refill(): void {
    const { rate, burst } = this.#share;
    const now = performance.now();
    const frames = ((now - this.#at) / 1000) * rate;
    this.#at = now;
    this.#frames = Math.min(burst, this.#frames + frames);
    this.#bytes = Math.min(bytesOf(this.#share), this.#bytes + frames * headerBytes);
  }

  /**
   * Counts bytes that were read.
   *
   * @returns how long to read nothing more, in milliseconds; 0 within the budget
   */
  read(bytes: number): number {
    this.#bytes -= bytes;
    const owed = Math.max(-this.#frames, -this.#bytes / headerBytes, 0);
    return (owed / this.#share.rate) * 1000;
  }
}

function bytesOf({ burst, partial }: Share): number {
  return partial + burst * headerBytes;
}

/** A message is a Buffer, or what its owner chose by `binaryType`. */
function sizeOf(payload: unknown): number {
  if (ArrayBuffer.isView(payload) || payload instanceof ArrayBuffer) return payload.byteLength;
  if (Array.isArray(payload)) return payload.reduce((sum: number, part) => sum + sizeOf(part), 0);
  return payload instanceof Blob ? payload.size : 0;
}
