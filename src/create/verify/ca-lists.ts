import { existsSync, readFileSync } from 'node:fs';
import { caPath } from '../../ca/ca-root.js';
import { systemBundles } from '../../trust/system-lists.js';

/** A list of CAs. */
interface CaList {
  /** In words. */
  whose: string;
  /** Their certificates in PEM; absent for Node's own list. */
  ca?: string;
}

/** @returns the lists with which clients of this machine may trust a certificate; Node's own is last */
export function caLists(): CaList[] {
  const files: [string, string][] = [
    ["mkcert's CA", caPath()],
    ...systemBundles.map((path): [string, string] => ["this system's trust store", path]),
  ];
  const there = files.filter(([, path]) => existsSync(path));
  return [
    ...there.map(([whose, path]) => ({ whose, ca: readFileSync(path, 'utf8') })),
    { whose: "Node.js's own list" },
  ];
}
