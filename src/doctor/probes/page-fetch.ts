import type { Socket } from 'node:net';
import { bareHost } from '../../core/hosts.js';
import { isLoopbackName } from '../../core/loopback.js';
import { portOf } from '../../core/ports.js';
import { open, type Way } from './connect.js';
import { parseAnswer, type Parsed } from './http.js';
import { loopbacks, lookUpHost } from './dns.js';
import { wireOf, type Failure, type Received } from './wire.js';

const mostDocument = 64 * 1024;

/** The time limit for each wait, in milliseconds, and the signal that ends it earlier. */
export type WaitLimits = Pick<Way, 'limit' | 'cancel'>;

/** The result of one request. */
export interface Fetched {
  address: string;
  answer: Parsed;
}

function requestText({ host, pathname, search }: URL): string {
  const lines = [
    `GET ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    'Accept: text/html,*/*',
    'Accept-Encoding: identity',
    'User-Agent: create-fastify-wss doctor',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function answerIn(bytes: Buffer): Parsed | undefined {
  return parseAnswer(bytes, mostDocument);
}

async function ask(socket: Socket, url: URL, { limit, cancel }: WaitLimits): Promise<Received> {
  const wire = wireOf(socket, cancel);
  wire.write(requestText(url));
  const received = await wire.read((bytes) => answerIn(bytes)?.whole === true, limit);
  wire.close();
  return received;
}

function why({ code, message }: Failure): string {
  return code === 'TIMEOUT' ? 'no answer in time' : (code ?? message ?? 'no connection');
}

/** Fetches from the first address that accepts the connection; gives the reason if none does. */
export async function fetchOnce(url: URL, limits: WaitLimits): Promise<Fetched | string> {
  const host = bareHost(url.hostname);
  const port = portOf(url);
  const secure = url.protocol === 'https:';
  const name = isLoopbackName(host)
    ? { addresses: loopbacks }
    : await lookUpHost(host, limits.limit);
  if (name.addresses.length === 0) {
    return `no address for ${host} (${name.error ?? 'none'})`;
  }
  const failures: string[] = [];
  for (const { address } of name.addresses) {
    // oxlint-disable-next-line no-await-in-loop -- an address is only tried if the previous one failed
    const opened = await open({ address, port, host, ...limits }, secure);
    if ('socket' in opened) {
      // oxlint-disable-next-line no-await-in-loop -- the loop ends here
      const received = await ask(opened.socket, url, limits);
      const answer = answerIn(received.bytes);
      const nothing = received.end === 'timeout' ? 'no answer in time' : 'no HTTP answer';
      return answer === undefined ? `${nothing} from ${address}` : { address, answer };
    }
    failures.push(`${why(opened.failure)} from ${address}`);
  }
  return failures.join(', ');
}
