import type { X509Certificate } from 'node:crypto';
import type { Elsewhere, Evidence } from '../evidence.js';
import type { Asking } from './asking.js';
import { factsOf } from '../../ca/certificate-facts.js';
import type { Way } from './connect.js';
import { trustOf } from './look-at-address.js';

/** By which certificates are told apart. */
function nameOf(chain: X509Certificate[]): string | undefined {
  return chain[0]?.fingerprint256;
}

/** At most this many further certificates are judged. */
const mostChains = 3;

/** Judges the certificates of later handshakes that differ from that of the first one. */
export async function otherChains(way: Way, known: Evidence, asking: Asking): Promise<Elsewhere[]> {
  const { tls } = known;
  const chains = new Map((way.chains ?? []).map((chain) => [nameOf(chain), chain]));
  const [first] = way.chains ?? [];
  const others = [...chains].filter(([name]) => name !== undefined && name !== nameOf(first ?? []));
  if (tls === undefined) {
    return [];
  }
  return Promise.all(
    others.slice(0, mostChains).map(async ([, chain]) => {
      const facts = chain.map((each) => factsOf(each, way.host));
      const seen = { ...known, tls: { ...tls, chain: facts }, ...(await trustOf(chain, asking)) };
      return { address: undefined, named: true, seen };
    }),
  );
}
