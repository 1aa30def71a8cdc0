import { networkInterfaces } from 'node:os';
import { isLoopbackHost } from '../../core/loopback.js';
import type { NameEvidence, Reached } from '../evidence.js';
import { openPlain, type Way } from './connect.js';
import { loopbacks } from './dns.js';

async function tryAddress(address: string, way: Omit<Way, 'address'>): Promise<string> {
  const opened = await openPlain({ ...way, address });
  if ('failure' in opened) {
    return opened.failure.code ?? 'UNKNOWN';
  }
  opened.socket.destroy();
  return 'open';
}

/** The addresses of this machine on its networks. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list = []) =>
    list.filter(({ internal }) => !internal).map(({ address }) => address),
  );
}

/**
 * Connects to each address of a name; if one is an address of this machine, also to its loopback
 * addresses.
 */
export async function reachAddresses(
  { addresses }: NameEvidence,
  way: Omit<Way, 'address'>,
): Promise<Reached[]> {
  const known = addresses.map(({ address }) => address);
  const own = known.filter((address) => ownAddresses().includes(address));
  const others =
    known.some(isLoopbackHost) || own.length > 0
      ? loopbacks.filter(({ address }) => !known.includes(address))
      : [];
  const all = addresses.concat(others);
  return Promise.all(
    all.map(async ({ address, family }, index) => ({
      address,
      family,
      named: index < addresses.length,
      own: own.includes(address),
      result: await tryAddress(address, way),
    })),
  );
}
