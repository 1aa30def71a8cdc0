import type { Evidence } from '../../evidence.js';
import type { Finding, Judge } from '../../verdict.js';
import { renewPair } from './certificate-fix.js';
import { severityOf } from './project-files.js';
import type { CertificateFacts } from '../../../core/certificate-facts.js';

/** The contents of a certificate, without the host that it is judged for. */
function identity(facts: CertificateFacts | undefined): string {
  return JSON.stringify({ ...facts, covers: true });
}

/** @returns whether the server sends the certificate in the file: then the served one is judged */
export function isServed({ project, tls }: Evidence): boolean {
  const own = project?.certificate?.facts;
  return own !== undefined && identity(own) === identity(tls?.chain[0]);
}

/** @returns the file of the certificate, for a sentence */
export function pathOf({ project }: Evidence): string {
  return project?.files.find(({ role }) => role === 'certificate')?.path ?? 'the certificate';
}

/**
 * Judges the certificate in the file, if the server does not send it.
 * @param fix what to do about the user's own certificate
 */
export function certificateFile(
  say: (facts: CertificateFacts, evidence: Evidence) => Omit<Finding, 'fix'> | undefined,
  fix = 'Renew the certificate, and save it as the file in CERT_KEY.',
): Judge {
  return (evidence) => {
    const { certificate, pair } = evidence.project ?? {};
    // The file begins with a certificate that is not the server's.
    const facts = pair?.fitsAt === undefined ? certificate?.facts : undefined;
    const said = facts === undefined || isServed(evidence) ? undefined : say(facts, evidence);
    return said && { ...severityOf(evidence), ...said, ...renewPair(evidence, fix) };
  };
}
