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

// The system takes about as much in one go. MAX_BUFFERED_BYTES is never less.
const chunkBytes = 65_536;
/** Node's timers take no more. */
const longestTimer = 2 ** 31 - 1;
const wrappers = new WeakMap<object, (event: { target: WebSocket }) => void>();

/**
 * The class of every socket of the service. A listener that throws or rejects closes its own
 * connection with 1011, however it was attached. A client that does not read is disconnected.
 *
 * Measured without it: 33 of 35 ways to fail in a handler end the process, and one client that never
 * reads takes 4 GB in 5 s. It costs no time and no memory that can be measured.
 */
export class GuardedSocket extends WebSocket {
  /** Its lines carry the id of the handshake. */
  log: FastifyBaseLogger | undefined;
  /** What the frames are written to. A request that a test injects has none. */
  stream: Socket | undefined;
  /** MAX_BUFFERED_BYTES */
  maxBuffered = Number.POSITIVE_INFINITY;
  budget: Budget | undefined;
  /** Pings since the client sent anything. */
  missed = 0;
  #running: Set<Promise<unknown>> | undefined;
  #failed = false;
  #held: NodeJS.Timeout | undefined;
  #pausedByOwner = false;

  /** Whether more than MAX_BUFFERED_BYTES wait for the client to read. */
  get congested(): boolean {
    if (this.bufferedAmount <= chunkBytes) return false;
    // What only waits for the rest of its chunk is no sign of a slow reader.
    this.stream?.uncork();
    return this.bufferedAmount > this.maxBuffered;
  }

  /** Sends, or disconnects a client that does not read: a close frame would only wait with the rest. */
  override send(...args: unknown[]): void {
    if (this.readyState === WebSocket.OPEN && this.congested) {
      this.log?.warn({ bufferedAmount: this.bufferedAmount }, 'The client reads too slowly.');
      this.terminate();
    }
    // After that, ws tells the callback that nothing was sent.
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

  /** Reads nothing for a while, without a word to the client, and whatever its handlers resume. */
  hold(ms: number): void {
    if (this.#held || this.readyState !== WebSocket.OPEN) return;
    super.pause();
    this.#held = setTimeout(() => this.release(), Math.min(ms, longestTimer)).unref();
  }

  /** Reads again, unless a handler has paused the socket. */
  release(): void {
    clearTimeout(this.#held);
    this.#held = undefined;
    if (!this.#pausedByOwner) super.resume();
  }

  /** Calls the listeners one by one, so that a failure is known to be of this connection. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'message' || event === 'ping' || event === 'pong') {
      this.missed = 0;
      this.budget?.countFrame(args[0]);
      // What arrives after the socket was told to close is not worth an answer.
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

  // ws drops what such a listener returns, so promises are caught before. `onmessage = …` ends here, too.
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
    // One fault often makes many handlers fail: the log gets the first. A client that breaks the protocol is
    // not a fault of the service: streams and iterators made of a socket pass its error on.
    const level = this.#failed ? 'debug' : isProtocolError(error) ? 'info' : 'error';
    this.#failed = true;
    this.close(1011, 'Internal error');
    this.log?.[level](thrown(error), 'A WebSocket handler failed. Its connection is closed.');
  }

  /** Waits for the handlers that have not finished. */
  async finished(): Promise<void> {
    // Some begin while others are waited for.
    while (this.#running?.size) await Promise.all(this.#running);
  }

  /** Takes what a listener returned: a promise that rejects is a failure of this connection. */
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

/** Whether an error is a client's mistake, as ws names them: WS_ERR_INVALID_OPCODE and so on. */
export function isProtocolError(error: unknown): boolean {
  return codeOf(error)?.startsWith('WS_ERR_') ?? false;
}

/** One wrapper for each listener, so that it can be removed again. */
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
