import { lookup } from 'node:dns/promises';
import { isAddress } from '../../core/hosts.js';
import { isLoopbackName } from '../../core/loopback.js';
import type { Address, NameEvidence } from '../../plan/diagnosis/evidence.js';
import { errorCode } from '../reasons.js';

/** At most this many addresses are tried. */
const mostAddresses = 6;

export const loopbacks: Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

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
    const addresses = found.map(({ address }) => ({ address, family: familyOf(address) }));
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
export async function lookUp(host: string, limit: number): Promise<NameEvidence> {
  if (isAddress(host)) {
    return { addresses: [{ address: host, family: familyOf(host) }] };
  }
  const late: { timer?: NodeJS.Timeout } = {};
  const tooLate = new Promise<NameEvidence>((resolve) => {
    late.timer = setTimeout(() => resolve({ addresses: [], error: 'TIMEOUT' }), limit);
  });
  const found = await Promise.race([ask(host), tooLate]);
  clearTimeout(late.timer);
  return found;
}
