import { bracketed, isAddress } from '../../core/hosts.js';
import { exchange, type Handshake, type Opening } from './exchange.js';
import { caLists } from './ca-lists.js';

/** Where a client connects, and the name that the certificate must cover. */
export interface Way {
  secure: boolean;
  address: string;
  port: number;
  /** The name or address that the certificate covers. */
  name: string | undefined;
}

/** @returns how a client opens a socket there; an address is only used at that address */
export function openingOf(way: Way, origin: string, cancel: AbortSignal): Opening {
  const { secure, port, name = '' } = way;
  const host = bracketed(isAddress(name) ? name : way.address);
  const url = `${secure ? 'wss' : 'ws'}://${host}:${port}/live`;
  const tls = name === '' || isAddress(name) ? {} : { servername: name };
  return { url, origin, cancel, ...(secure ? { tls } : {}) };
}

/** Connects with one list of CAs after another, until one verifies the certificate. */
export async function connectTrusted(opening: Opening) {
  const lists = opening.tls === undefined ? caLists().slice(-1) : caLists();
  const refusals: unknown[] = [];
  for (const { ca, whose } of lists) {
    const trusted = { ...opening, tls: { ...opening.tls, ...(ca === undefined ? {} : { ca }) } };
    try {
      // oxlint-disable-next-line no-await-in-loop -- the next list only where this one refuses
      return { trusted, whose, handshake: await exchange(trusted, 'hello') };
    } catch (error) {
      refusals.push(error);
    }
  }
  throw refusals.at(-1);
}

/** @throws Error unless the message came back */
export function expectEcho({ status, answer }: Handshake): void {
  if (status !== 101) {
    throw new Error(`the handshake was answered with ${status}, not with 101.`);
  }
  if (answer !== 'Echo: hello') {
    throw new Error(`"hello" was answered with "${answer ?? ''}".`);
  }
}

/** @throws Error unless a foreign origin is refused */
export async function expectRefusal(opening: Opening): Promise<void> {
  const { status } = await exchange({ ...opening, origin: 'https://foreign.invalid' }, 'hello');
  if (status !== 403) {
    throw new Error(`a foreign origin was answered with ${status}, not with 403.`);
  }
}
