import type { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import type { ProjectEvidence } from '../project-evidence.js';
import type { TrustEvidence } from '../trust-evidence.js';
import { isIssuedBy } from '../../ca/read-certificate.js';
import { certificatesAt, judgeTrust, type Judging } from './trust.js';

/** Each certificate after one that it signed, as a server would send them. */
function linked(certificates: X509Certificate[]): X509Certificate[] {
  const [own, ...others] = certificates;
  const chain = own === undefined ? [] : [own];
  for (const next of others) {
    const last = chain.at(-1);
    if (last !== undefined && isIssuedBy(last, next)) {
      chain.push(next);
    }
  }
  return chain;
}

/**
 * Judges the certificate that a project would use, if it does not run.
 * @returns undefined if no certificate can be read
 */
export async function judgeProjectChain(
  { directory, settings, terminator, files }: ProjectEvidence,
  judging: Judging,
): Promise<TrustEvidence | undefined> {
  const own = files.find(({ role }) => role === 'certificate');
  if (terminator === 'none' || own?.state !== 'good') {
    return undefined;
  }
  const paths = terminator === 'service' ? [own.path, settings.CA_CERT] : [own.path];
  const named = paths.filter((path) => path !== '');
  const chain = linked(named.flatMap((path) => certificatesAt(resolve(directory, path))));
  return judgeTrust(chain, { ...judging, source: own.path });
}
