/** The longest header of a frame, in bytes (RFC 6455, section 5.2). */
const headerBytes = 14;

export interface Share {
  /** Frames a second. */
  rate: number;
  /** Frames that may arrive at once. */
  burst: number;
  /** Bytes of an incomplete message that may have arrived. */
  partial: number;
}

/**
 * How much a client may send, in frames and in bytes outside of payloads. ws does not report the
 * fragments of a message, but each has a header: many header bytes mean many fragments. Both refill
 * over time. A full budget is enough for what a stalled network delivers at once.
 *
 * Measured: when only messages counted, 10 connections with one-byte fragments took 2.4 s of CPU time
 * in 5.8 s. A limit per clock second disconnected every client after a stall of 25 s.
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

  /** Counts a message, ping or pong as one frame. The bytes of its payload do not count. */
  countFrame(payload: unknown): void {
    this.#frames -= 1;
    this.#bytes += sizeOf(payload);
  }

  /** Refills the budget for the time since the last call. */
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
   * @returns how long to stop reading, in milliseconds; 0 within the budget
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

/** A payload is a Buffer, or the type that the handler chose with `binaryType`. */
export function sizeOf(payload: unknown): number {
  if (ArrayBuffer.isView(payload) || payload instanceof ArrayBuffer) return payload.byteLength;
  if (Array.isArray(payload)) return payload.reduce((sum: number, part) => sum + sizeOf(part), 0);
  return payload instanceof Blob ? payload.size : 0;
}
