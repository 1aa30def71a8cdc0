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

/**
 * Connects to each address of a name; if one is a loopback address, also to the other loopback
 * address.
 */
export async function reachAddresses(
  { addresses }: NameEvidence,
  way: Omit<Way, 'address'>,
): Promise<Reached[]> {
  const known = addresses.map(({ address }) => address);
  const others = known.some(isLoopbackHost)
    ? loopbacks.filter(({ address }) => !known.includes(address))
    : [];
  const all = addresses.concat(others);
  return Promise.all(
    all.map(async ({ address, family }, index) => ({
      address,
      family,
      named: index < addresses.length,
      result: await tryAddress(address, way),
    })),
  );
}
