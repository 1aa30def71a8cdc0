import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { Mistakes } from '../src/mistakes.js';
import { authorities } from './authorities.js';
import { explain } from './failures.js';
import type { Target } from './target.js';

const patienceMs = 10_000;
const greeting = 'Hello';

interface Greeted {
  greeting: string;
  answer: string;
  /** The names on the certificate that was shown, and its end; none where it is not TLS. */
  certificate?: string;
}

/**
 * Opens a socket, with every check on, sends a greeting and waits for an answer, but not for long.
 *
 * @throws {Mistakes} with one line that says why that failed, and the way out.
 */
export function greet(target: Target): Promise<Greeted> {
  return new Promise((resolve, reject) => {
    const greeted: Greeted = { greeting, answer: '' };
    const socket = open(target);
    const fail = (line: string) => reject(new Mistakes([line]));
    const limit = setTimeout(() => socket.terminate(), patienceMs);
    socket.once('upgrade', ({ socket: stream }) => {
      Object.assign(greeted, shownBy(stream));
    });
    socket.once('open', () => socket.send(greeting));
    socket.once('message', (message) => {
      resolve({ ...greeted, answer: message.toString() });
      socket.close();
    });
    socket.once('error', (error) => fail(explain(error, target)));
    socket.once('close', (code) => {
      clearTimeout(limit);
      fail(`The socket opened, and closed with code ${code} before an answer came.`);
    });
  });
}

function open({ url, origin }: Target): WebSocket {
  return new WebSocket(url, {
    origin,
    ca: authorities(),
    // Not even NODE_TLS_REJECT_UNAUTHORIZED=0 turns the verification off here.
    rejectUnauthorized: true,
    handshakeTimeout: patienceMs / 2,
  });
}

function shownBy(stream: Duplex): Pick<Greeted, 'certificate'> {
  if (!(stream instanceof TLSSocket)) return {};
  const { subjectaltname, valid_to: end } = stream.getPeerCertificate();
  return { certificate: `${subjectaltname}, valid to ${end}` };
}
