import { join } from 'node:path';
import { containsCa, type CaCertificate } from './certificate.js';
import { namesIn, readText } from './files.js';

/** What the policies of a browser say about a CA. */
export interface ChromiumPolicy {
  folder: string;
  says: 'adds' | 'distrusts' | 'ignores-database';
}

function policyIn(path: string): Record<string, unknown> {
  try {
    const policy: unknown = JSON.parse(readText(path) ?? '{}');
    return typeof policy === 'object' && policy !== null ? { ...policy } : {};
  } catch {
    // Chromium ignores a file that is not JSON.
    return {};
  }
}

/** Whether a list of certificates, in PEM or base64, has the CA. */
function lists(value: unknown, ca: CaCertificate): boolean {
  const all = Array.isArray(value) ? value.map(String) : [];
  return all.some((text) => text.replaceAll(/\s/g, '') === ca.base64 || containsCa(text, ca));
}

/** @returns what the policies in a folder say about the CA; undefined if they say nothing */
export function chromiumPolicy(folder: string, ca: CaCertificate): ChromiumPolicy | undefined {
  const files = namesIn(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted();
  const policy = Object.assign({}, ...files.map((name) => policyIn(join(folder, name))));
  if (lists(policy.CADistrustedCertificates, ca)) {
    return { folder, says: 'distrusts' };
  }
  if (lists(policy.CACertificates, ca)) {
    return { folder, says: 'adds' };
  }
  return policy.CAPlatformIntegrationEnabled === false
    ? { folder, says: 'ignores-database' }
    : undefined;
}
