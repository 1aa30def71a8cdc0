import { join } from 'node:path';
import { mostDays } from '../core/certificate-facts.js';
import { pairNames } from '../core/paths.js';
import { openCa } from '../ca/signing-ca.js';
import { owner } from '../ca/ca-name.js';
import { writeWithMode } from '../io/modes.js';
import { certify, newKey } from '../ca/sign.js';
import type { CertificateRequest } from './request.js';

/**
 * Creates a key and a certificate with this machine's CA, after creating a missing CA.
 * @param folder where `key.pem` (0600) and `cert.pem` are written
 * @throws UserError for a CA that cannot be used
 */
export async function issueBuiltIn(
  folder: string,
  { hosts, days = mostDays }: CertificateRequest,
): Promise<void> {
  const ca = await openCa();
  const key = newKey();
  const certificate = await certify({ ca, key, hosts, days, owner: owner() });
  const text = String(key.export({ type: 'pkcs8', format: 'pem' }));
  writeWithMode(join(folder, pairNames.keyFile), text, 0o600);
  writeWithMode(join(folder, pairNames.certFile), certificate, 0o644);
}
