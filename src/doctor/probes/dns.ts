import { lookup } from 'node:dns/promises';
import { isAddress, isIPv6 } from '../../core/hosts.js';
import { isLoopbackName, loopbackAddresses } from '../../core/loopback.js';
import type { Address, NameEvidence } from '../evidence.js';
import { errorCode } from '../../io/system-errors.js';

/** At most this many addresses are tried. */
const mostAddresses = 6;

function withFamily(address: string): Address {
  return { address, family: isIPv6(address) ? 6 : 4 };
}

export const loopbacks = loopbackAddresses.map(withFamily);

/** Lookups without an answer yet. They cannot be cancelled, and keep the process alive. */
const asked = { open: 0 };

/** @returns whether a lookup is still running that timed out */
export function isStillLookingUp(): boolean {
  return asked.open > 0;
}

async function ask(host: string): Promise<NameEvidence> {
  asked.open += 1;
  try {
    const found = await lookup(host, { all: true, verbatim: true });
    const addresses = found.map(({ address }) => withFamily(address));
    return { addresses: addresses.slice(0, mostAddresses) };
  } catch (error) {
    // Browsers resolve these names themselves.
    const addresses = isLoopbackName(host) ? loopbacks : [];
    return { addresses, error: errorCode(error) ?? String(error) };
  } finally {
    asked.open -= 1;
  }
}

/**
 * Resolves a name with the system, as clients do: its hosts file counts.
 * @param limit in milliseconds
 * @returns the addresses, in the order in which clients try them
 */
export async function lookUpHost(host: string, limit: number): Promise<NameEvidence> {
  if (isAddress(host)) {
    return { addresses: [withFamily(host)] };
  }
  const late: { timer?: NodeJS.Timeout } = {};
  const tooLate = new Promise<NameEvidence>((resolve) => {
    late.timer = setTimeout(() => resolve({ addresses: [], error: 'TIMEOUT' }), limit);
  });
  const found = await Promise.race([ask(host), tooLate]);
  clearTimeout(late.timer);
  return found;
}
