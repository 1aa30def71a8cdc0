import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { containsCa, type CaCertificate } from './certificate.js';
import { readText } from './files.js';

/** A policy for all installations comes before the one of a program (EnterprisePoliciesParent.sys.mjs). */
const systemPolicy = '/etc/firefox/policies/policies.json';

/** The files that a policy installs, as it names them. */
function installedBy(policy: string): string[] {
  try {
    const install: unknown = JSON.parse(readText(policy) ?? '{}').policies?.Certificates?.Install;
    return Array.isArray(install) ? install.map(String) : [];
  } catch {
    // Firefox ignores a policy that is not JSON.
    return [];
  }
}

/** Where Firefox looks for a file without a folder, in this order. */
function placesOf(name: string, program: string): string[] {
  const folders = [
    join(program, 'distribution'),
    join(homedir(), '.mozilla'),
    '/usr/lib/mozilla',
    '/usr/lib64/mozilla',
  ];
  return isAbsolute(name) ? [name] : folders.map((folder) => join(folder, 'certificates', name));
}

function isCa(path: string, ca: CaCertificate): boolean {
  try {
    const bytes = readFileSync(path);
    return containsCa(bytes.toString('latin1'), ca) || bytes.toString('base64') === ca.base64;
  } catch {
    // A missing file is not installed.
    return false;
  }
}

/**
 * @param program the folder of a Firefox
 * @returns its policy if that adds the CA: Firefox then does so at each start
 */
export function firefoxPolicy(program: string, ca: CaCertificate): string | undefined {
  const policies = [systemPolicy, join(program, 'distribution/policies.json')];
  const policy = policies.find((path) => existsSync(path));
  const files = policy === undefined ? [] : installedBy(policy);
  const found = files.some((name) => {
    const path = placesOf(name, program).find((each) => existsSync(each));
    return path !== undefined && isCa(path, ca);
  });
  return found ? policy : undefined;
}
