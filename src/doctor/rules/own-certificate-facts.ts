import type { CertificateFacts, Evidence } from '../evidence.js';

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
