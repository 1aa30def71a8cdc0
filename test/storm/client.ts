import { randomBytes } from 'node:crypto';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { Closed, Policy } from './policies.js';

/** What all clients of a process have in common. */
export interface Shared {
  policy: Policy;
  /** The ports of the instances that a load balancer would choose from. */
  ports: number[];
  secureContext: SecureContext;
  origin: string;
  /** How long the opening may take. */
  limitMs: number;
}

/** What a client has seen. Times are those of Date.now(). */
export interface Seen {
  port: number;
  isOpen: boolean;
  lostAt?: number;
  code?: number;
  reason?: string;
  /** The delay before the first attempt to come back. */
  delayMs?: number;
  backAt?: number;
  attempts: number[];
  failed: number;
}

/** What a close frame says. */
type Frame = Pick<Closed, 'code' | 'reason'>;

const closeCode = 8;
const pingCode = 9;

/**
 * A client that reconnects by a policy. It does as little as possible, so that thousands of them fit
 * into a process.
 */
export class Client {
  readonly seen: Seen = { port: 0, isOpen: false, attempts: [], failed: 0 };
  readonly #shared: Shared;
  readonly #localAddress: string | undefined;
  #closed: Closed = { code: 1006, reason: '', wasOpen: true, failures: 0 };

  constructor(shared: Shared, localAddress: string | undefined) {
    this.#shared = shared;
    this.#localAddress = localAddress;
  }

  /** Opens a socket. Returns false if that failed. */
  open(port: number): Promise<boolean> {
    const { secureContext, limitMs } = this.#shared;
    const local = this.#localAddress === undefined ? {} : { localAddress: this.#localAddress };
    const stream = connect({ host: '127.0.0.1', port, secureContext, ...local });
    const limit = setTimeout(() => stream.destroy(), limitMs);
    const closed = { code: 1006, reason: '' };
    stream.on('error', () => undefined);
    return new Promise((resolve) =>
      this.#shake(stream, port, closed, (opened) => {
        clearTimeout(limit);
        resolve(opened);
      }),
    );
  }

  #shake(stream: TLSSocket, port: number, closed: Frame, resolve: (opened: boolean) => void): void {
    let head = '';
    stream.once('secureConnect', () => stream.write(handshake(this.#shared.origin)));
    stream.on('data', (chunk: Buffer) => {
      if (this.seen.isOpen) {
        read(stream, chunk, closed);
        return;
      }
      head += chunk.toString('latin1');
      if (head.includes('\r\n\r\n') && head.startsWith('HTTP/1.1 101 ')) {
        Object.assign(this.seen, { isOpen: true, port });
        resolve(true);
      } else if (head.includes('\r\n\r\n')) {
        stream.destroy();
      }
    });
    stream.once('close', () => {
      if (this.seen.isOpen) {
        this.#lose(closed);
      }
      resolve(false);
    });
  }

  #lose({ code, reason }: Frame): void {
    const { failures } = this.#closed;
    this.#closed = { code, reason, wasOpen: true, failures };
    Object.assign(this.seen, { isOpen: false, lostAt: Date.now(), code, reason });
    this.seen.delayMs = this.#wait();
  }

  #wait(): number {
    const delay = this.#shared.policy(this.#closed, Math.random);
    this.#closed.failures += 1;
    setTimeout(() => void this.#return(), delay);
    return delay;
  }

  async #return(): Promise<void> {
    const { ports } = this.#shared;
    const port = ports[Math.floor(Math.random() * ports.length)];
    this.seen.attempts.push(Date.now());
    if (port !== undefined && (await this.open(port))) {
      this.seen.backAt = Date.now();
      return;
    }
    this.seen.failed += 1;
    this.#closed = { ...this.#closed, code: 1006, reason: '', wasOpen: false };
    this.#wait();
  }
}

function handshake(origin: string): string {
  return [
    'GET /live HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Origin: ${origin}`,
    '\r\n',
  ].join('\r\n');
}

/** Reads the frames of the service. All of them are short control frames (RFC 6455, section 5.5). */
function read(stream: TLSSocket, chunk: Buffer, closed: Frame): void {
  let rest = chunk;
  while (rest.length >= 2) {
    const kind = (rest[0] ?? 0) & 15;
    const end = 2 + (rest[1] ?? 0);
    if (kind === pingCode) {
      stream.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
    } else if (kind === closeCode) {
      closed.code = rest.readUInt16BE(2);
      closed.reason = rest.toString('utf8', 4, end);
      stream.end(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]));
    }
    rest = rest.subarray(end);
  }
}
