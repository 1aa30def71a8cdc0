import type { X509Certificate } from 'node:crypto';
import { factsOf } from '../../ca/certificate-facts.js';
import type { Evidence } from '../evidence.js';
import { askAsBrowsers, type Seen } from './browser-handshakes.js';
import { pathIn } from './chain.js';
import type { Way } from './connect.js';
import type { Handshake } from './tls.js';
import { judgeTrust, type Judging } from './trust.js';

function isSame([one]: X509Certificate[], [other]: X509Certificate[]): boolean {
  return one !== undefined && other?.raw.equals(one.raw) === true;
}

/** All certificates of a handshake. Node.js leaves out certificates that it cannot link. */
function allSent({ chain }: Handshake, seen: Seen[]): X509Certificate[] {
  return seen.find(({ sent }) => isSame(sent, chain))?.sent ?? chain;
}

/**
 * Makes the handshakes of browsers, and judges the certificates of the first handshake.
 * @returns its evidence with all certificates that lead to a root, in their order, and who trusts them
 */
export async function lookAtCertificates(
  way: Way,
  first: Handshake,
  judging: Judging,
): Promise<Pick<Evidence, 'tls' | 'trust' | 'handshakes'>> {
  const { Chromium, Firefox } = await askAsBrowsers(way);
  const sent = allSent(first, [Chromium, Firefox]);
  const chain = pathIn(sent).map((certificate) => factsOf(certificate, way.host));
  const trust = await judgeTrust(sent, judging);
  return {
    tls: { ...first.evidence, chain },
    handshakes: { Chromium: Chromium.evidence, Firefox: Firefox.evidence },
    ...(trust === undefined ? {} : { trust }),
  };
}
