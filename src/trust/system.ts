import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Anchors, ListVariable, NamedList, SystemEvidence } from './table/evidence.js';
import { hasNamesake, holds, type Root } from './certificate.js';
import { isFolder, namesIn, readText } from './files.js';
import { caCertificates } from './node-lists.js';

/** Where Linux distributions keep the certificates that system tools trust. */
export const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
];

/** Where OpenSSL finds a CA by the hash of its name. */
const systemFolder = '/etc/ssl/certs';

/** Where distributions read CAs, as in mkcert 1.4.4 (truststore_linux.go). */
const anchors: Anchors[] = [
  { file: '/etc/pki/ca-trust/source/anchors/*.pem', refresh: ['update-ca-trust', 'extract'] },
  { file: '/usr/local/share/ca-certificates/*.crt', refresh: ['update-ca-certificates'] },
  { file: '/etc/ca-certificates/trust-source/anchors/*.crt', refresh: ['trust', 'extract-compat'] },
  { file: '/usr/share/pki/trust/anchors/*.pem', refresh: ['update-ca-certificates'] },
];

/** OpenSSL only reads files of a folder that are named by a hash. */
function folderHolds(folder: string, root: Root): boolean {
  const hashed = namesIn(folder).filter((name) => /^[0-9a-f]{8}\.\d+$/.test(name));
  return hashed.some((name) => holds(readText(join(folder, name)), root));
}

function anyFolderHolds(folders: string, root: Root): boolean {
  return folders.split(delimiter).some((folder) => folderHolds(folder, root));
}

function fileList(path: string, root: Root): NamedList {
  const text = readText(path) ?? '';
  const isHere = holds(text, root);
  return { path, holds: isHere, hides: !isHere && hasNamesake(text, root) };
}

const readers: Record<ListVariable, (value: string, root: Root) => NamedList> = {
  CURL_CA_BUNDLE: fileList,
  SSL_CERT_FILE: fileList,
  SSL_CERT_DIR: (path, root) => ({ path, holds: anyFolderHolds(path, root) }),
};

/** A variable that names the default list, or nothing. */
const defaults = ['', systemFolder, ...systemBundles];

function variables(root: Root): Partial<Record<ListVariable, NamedList>> {
  const named = Object.entries(readers).flatMap(([name, read]): [string, NamedList][] => {
    const path = process.env[name] ?? '';
    return defaults.includes(path) ? [] : [[name, read(path, root)]];
  });
  return Object.fromEntries(named);
}

function onLinux(root: Root): SystemEvidence {
  const path = systemBundles.find((bundle) => existsSync(bundle));
  return {
    ...(path === undefined ? {} : { path }),
    holds: systemBundles.some((bundle) => holds(readText(bundle), root)),
    folderHolds: folderHolds(systemFolder, root),
    variables: variables(root),
    anchors: anchors.find(({ file }) => isFolder(join(file, '..'))),
  };
}

/** @returns whether the system trusts the CA; undefined if this Node.js cannot tell */
function byNode(root: Root): boolean | undefined {
  return caCertificates('system')?.some((pem) => holds(pem, root));
}

/** @returns the evidence of this system's lists */
export function systemEvidence(root: Root): SystemEvidence {
  return process.platform === 'linux'
    ? onLinux(root)
    : { holds: byNode(root), folderHolds: false, variables: {}, anchors: undefined };
}
