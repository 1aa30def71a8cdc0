import type { CertificateFacts, Evidence } from './evidence.js';

/** What stands on a certificate, whatever host it is judged for. */
function identity(facts: CertificateFacts | undefined): string {
  return JSON.stringify({ ...facts, covers: true });
}

/** @returns whether the server sends what is in the file: it is judged where it is seen, then */
export function isServed({ project, tls }: Evidence): boolean {
  const own = project?.certificate?.facts;
  return own !== undefined && identity(own) === identity(tls?.chain[0]);
}

/** @returns the file of the certificate, for a sentence */
export function pathOf({ project }: Evidence): string {
  return project?.files.find(({ role }) => role === 'certificate')?.path ?? 'the certificate';
}
