import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { containsCa, hasNamesake, type CaCertificate } from './certificate.js';
import { isFolder, namesIn, readText } from './files.js';
import { systemHas } from './node-lists.js';
import { runProbe } from './run-certutil.js';
import { ownPrograms } from './table/own-programs.js';
import { findProgram } from '../io/programs.js';

/** A list of CAs that an environment variable names. */
export interface NamedList {
  path: string;
  hasCa: boolean;
  /** Whether it has another CA with the same name, such as an older one of the same user. */
  hasNamesake?: boolean;
}

type ListVariable = 'CURL_CA_BUNDLE' | 'SSL_CERT_FILE' | 'SSL_CERT_DIR';

/** Where a distribution reads CAs, and the command that rebuilds its list. */
interface Anchors {
  file: string;
  refresh: string[];
}

/** The lists of a system. */
export interface SystemLists {
  /** The list's path, if it is a file. */
  path?: string;
  /** Whether the list has the CA; undefined if that is unknown. */
  hasCa: boolean | undefined;
  /** Whether OpenSSL's folder of CAs has it. */
  folderHasCa: boolean;
  variables: Partial<Record<ListVariable, NamedList>>;
  anchors: Anchors | undefined;
}

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
function folderHasCa(folder: string, ca: CaCertificate): boolean {
  const hashed = namesIn(folder).filter((name) => /^[0-9a-f]{8}\.\d+$/.test(name));
  return hashed.some((name) => containsCa(readText(join(folder, name)), ca));
}

function fileList(path: string, ca: CaCertificate): NamedList {
  const text = readText(path) ?? '';
  const hasCa = containsCa(text, ca);
  return { path, hasCa, hasNamesake: !hasCa && hasNamesake(text, ca) };
}

const readers: Record<ListVariable, (value: string, ca: CaCertificate) => NamedList> = {
  CURL_CA_BUNDLE: fileList,
  SSL_CERT_FILE: fileList,
  SSL_CERT_DIR: (path, ca) => ({
    path,
    hasCa: path.split(delimiter).some((folder) => folderHasCa(folder, ca)),
  }),
};

/** A variable that names the default list, or nothing. */
const defaults = ['', systemFolder, ...systemBundles];

function variables(ca: CaCertificate): Partial<Record<ListVariable, NamedList>> {
  const named = Object.entries(readers).flatMap(([name, read]): [string, NamedList][] => {
    const path = process.env[name] ?? '';
    return defaults.includes(path) ? [] : [[name, read(path, ca)]];
  });
  return Object.fromEntries(named);
}

function onLinux(ca: CaCertificate): SystemLists {
  const path = systemBundles.find((bundle) => existsSync(bundle));
  return {
    ...(path === undefined ? {} : { path }),
    hasCa: systemBundles.some((bundle) => containsCa(readText(bundle), ca)),
    folderHasCa: folderHasCa(systemFolder, ca),
    variables: variables(ca),
    anchors: anchors.find(({ file }) => isFolder(join(file, '..'))),
  };
}

/** Before Node.js 22.15, only the system's own program can tell. */
async function systemHasCa(ca: CaCertificate): Promise<boolean | undefined> {
  const [program = '', ...words] = ownPrograms(process.platform, ca)?.check ?? [];
  const known = await systemHas(ca.base64);
  return known === undefined && findProgram(program) !== undefined
    ? (await runProbe([program, ...words])).ok
    : known;
}

/** @returns what this system's lists say about the CA */
export async function readSystemLists(ca: CaCertificate): Promise<SystemLists> {
  if (process.platform === 'linux') {
    return onLinux(ca);
  }
  const hasCa = await systemHasCa(ca);
  return { hasCa, folderHasCa: false, variables: {}, anchors: undefined };
}

/**
 * @returns whether a program with OpenSSL finds the CA: in a file, or else in a folder. OpenSSL does
 * not look in the folder if the file has a CA with the same name.
 */
export function isFound(file: Pick<NamedList, 'hasCa' | 'hasNamesake'>, folder: boolean): boolean {
  return file.hasCa || (folder && file.hasNamesake !== true);
}
