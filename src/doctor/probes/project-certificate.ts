import { resolve } from 'node:path';
import type { ProjectEvidence } from '../project-evidence.js';
import type { TrustEvidence } from '../trust-evidence.js';
import { certificatesAt, judgeTrust, type Judging } from './trust.js';

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
  const chain = named.flatMap((path) => certificatesAt(resolve(directory, path)));
  return judgeTrust(chain, { ...judging, source: own.path });
}
