import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { WebSocket } from 'ws';
import type { Budget } from './budget.js';
import { codeOf } from './errors.js';
import { thrown } from './log.js';

type EventName = keyof WebSocket.WebSocketEventMap;
type EventListener<Name extends EventName> =
  | ((event: WebSocket.WebSocketEventMap[Name]) => void)
  | { handleEvent: (event: WebSocket.WebSocketEventMap[Name]) => void };

// The system accepts about this much in one write. MAX_BUFFERED_BYTES is never less.
const chunkBytes = 65_536;
/** The longest delay of Node's timers. */
const longestTimer = 2 ** 31 - 1;
const wrappers = new WeakMap<object, (event: { target: WebSocket }) => void>();

/**
 * The class of every socket of the service. A listener that throws or rejects only closes its own
 * connection, with 1011, however it was attached. A client that does not read is disconnected.
 *
 * Measured without it: 33 of 35 ways to fail in a handler end the process, and one client that never
 * reads takes 4 GB in 5 s. Its own cost in time and memory is too small to measure.
 */
export class GuardedSocket extends WebSocket {
  /** Adds the request id of the handshake to each line. */
  log: FastifyBaseLogger | undefined;
  /** The TCP or TLS stream. A request that a test injects has none. */
  stream: Socket | undefined;
  /** MAX_BUFFERED_BYTES */
  maxBuffered = Number.POSITIVE_INFINITY;
  budget: Budget | undefined;
  /** The user who opened it, if the service knows users. */
  userId: string | undefined;
  /** The number of pings since the client last sent anything. */
  missed = 0;
  #running: Set<Promise<unknown>> | undefined;
  #failed = false;
  #held: NodeJS.Timeout | undefined;
  #pausedByOwner = false;

  /** Whether more than MAX_BUFFERED_BYTES wait for the client to read. */
  get congested(): boolean {
    if (this.bufferedAmount <= chunkBytes) return false;
    // Corked data does not mean that the client reads slowly.
    this.stream?.uncork();
    return this.bufferedAmount > this.maxBuffered;
  }

  /** Sends, or disconnects a client that does not read. A close frame would not reach it. */
  override send(...args: unknown[]): void {
    if (this.readyState === WebSocket.OPEN && this.congested) {
      this.log?.warn(
        { bufferedAmount: this.bufferedAmount },
        'The client reads too slowly. It is disconnected.',
      );
      this.terminate();
    }
    // On a closed socket, ws reports to the callback that nothing was sent.
    Reflect.apply(super.send, this, args);
  }

  override pause(): void {
    this.#pausedByOwner = true;
    super.pause();
  }

  override resume(): void {
    this.#pausedByOwner = false;
    if (!this.#held) super.resume();
  }

  /** Stops reading for a while, even if a handler calls `resume`. The client is not told. */
  hold(ms: number): void {
    if (this.#held || this.readyState !== WebSocket.OPEN) return;
    super.pause();
    this.#held = setTimeout(() => this.release(), Math.min(ms, longestTimer)).unref();
  }

  /** Resumes reading, unless a handler has paused the socket. */
  release(): void {
    clearTimeout(this.#held);
    this.#held = undefined;
    if (!this.#pausedByOwner) super.resume();
  }

  /** Calls the listeners one by one, so that a failure only affects this connection. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'message' || event === 'ping' || event === 'pong') {
      this.missed = 0;
      this.budget?.countFrame(args[0]);
      // Ignores what arrives after close() was called.
      if (this.readyState !== WebSocket.OPEN) return false;
    }
    if (event === 'error') this.log?.info({ err: args[0] }, 'The connection broke.');
    const listeners = this.rawListeners(event);
    for (const listener of listeners) {
      try {
        const result: unknown = listener.apply(this, args);
        if (typeof result === 'object') this.watch(result);
      } catch (error) {
        this.fail(error);
      }
    }
    return listeners.length > 0;
  }

  // ws drops the result of these listeners, so the wrapper keeps it. `onmessage = …` also calls this.
  override addEventListener<Name extends EventName>(
    type: Name,
    listener: EventListener<Name>,
    options?: WebSocket.EventListenerOptions,
  ): void {
    super.addEventListener(type, wrapped(listener), options);
  }

  override removeEventListener<Name extends EventName>(
    type: Name,
    listener: EventListener<Name>,
  ): void {
    super.removeEventListener(type, wrapped(listener));
  }

  /** Closes the connection with 1011, "internal error" (RFC 6455, section 7.4.1), and logs why. */
  fail(error: unknown): void {
    // One fault often makes many handlers fail, so only the first is logged as an error. A protocol
    // error of a client, which streams and iterators of a socket pass on, is not a fault of the service.
    const level = this.#failed ? 'debug' : isProtocolError(error) ? 'info' : 'error';
    this.#failed = true;
    this.close(1011, 'Internal error');
    this.log?.[level](thrown(error), 'A WebSocket handler failed. Its connection was closed.');
  }

  /** Waits until all handlers have finished. */
  async finished(): Promise<void> {
    // New ones may start in the meantime.
    while (this.#running?.size) await Promise.all(this.#running);
  }

  /** Watches the result of a listener: a promise that rejects is a failure of this connection. */
  watch(result: unknown): void {
    if (typeof result !== 'object' || result === null || !('then' in result)) return;
    this.#running ??= new Set();
    const running = this.#running;
    const done: Promise<unknown> = Promise.resolve(result)
      .catch((error: unknown) => this.fail(error))
      .finally(() => running.delete(done));
    running.add(done);
  }
}

/** Whether an error is a protocol error of a client: ws calls these WS_ERR_INVALID_OPCODE and so on. */
export function isProtocolError(error: unknown): boolean {
  return codeOf(error)?.startsWith('WS_ERR_') ?? false;
}

/** Always the same wrapper for a listener, so that it can be removed. */
function wrapped(listener: object) {
  const known = wrappers.get(listener);
  if (known) return known;
  const wrapper = (event: { target: WebSocket }): void => {
    const { target } = event;
    const call = 'handleEvent' in listener ? listener.handleEvent : listener;
    if (!(target instanceof GuardedSocket) || typeof call !== 'function') return;
    target.watch(Reflect.apply(call, listener === call ? target : listener, [event]));
  };
  wrappers.set(listener, wrapper);
  return wrapper;
}
