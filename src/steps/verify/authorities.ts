import { existsSync, readFileSync } from 'node:fs';
import { authorityPath } from '../../ca/ca-root.js';
import { systemBundles } from '../../trust/system.js';

/** Who vouches for certificates. */
interface Authorities {
  /** In words. */
  whose: string;
  /** Their certificates in PEM; absent for those that Node knows by itself. */
  ca?: string;
}

/** @returns the lists by which clients of this machine may trust a certificate; Node's own is the last */
export function authorities(): Authorities[] {
  const files: [string, string][] = [
    ["mkcert's CA", authorityPath()],
    ...systemBundles.map((path): [string, string] => ["this system's list", path]),
  ];
  const there = files.filter(([, path]) => existsSync(path));
  return [
    ...there.map(([whose, path]) => ({ whose, ca: readFileSync(path, 'utf8') })),
    { whose: "Node's list" },
  ];
}
