import type { FileEvidence, Contents } from '../../project-evidence.js';
import { settingOf } from './project-files.js';

/** What a wrong file is, as the rest of a sentence that begins with its path. */
const descriptions: Record<Contents, string> = {
  empty: 'is empty',
  escaped: 'contains the two characters \\n instead of line breaks',
  'one-line': 'has lost its line breaks: it is a single line',
  truncated: 'is cut off: its last PEM block has no end',
  damaged: 'is a PEM file with unreadable contents',
  certificate: 'contains a certificate, not a private key',
  'private-key': 'contains a private key, not a certificate',
  'public-key': 'contains a public key',
  request: 'contains a certificate signing request (CSR)',
  'openssh-key': 'contains a key in OpenSSH format',
  pkcs7: 'contains certificates in PKCS#7 format',
  pkcs12: 'is a PKCS#12 file (.p12, .pfx), which contains both key and certificate',
  'der-certificate': 'contains a certificate in the binary format DER',
  'der-key': 'contains a private key in the binary format DER',
  der: 'is binary (DER), but not a readable certificate or key',
  other: 'contains no PEM',
};

/** @returns what is wrong with a file, as part of a sentence */
export function contentsText({ path, contents = 'other' }: FileEvidence): string {
  return `${path} ${descriptions[contents]}`;
}

const copy = 'Copy the file from its source again';
const lines = 'Restore the line breaks in the file of';

/** What to do with a file of each kind. */
const fixes: Partial<Record<Contents, string>> = {
  empty: copy,
  truncated: copy,
  damaged: copy,
  escaped: lines,
  'one-line': lines,
  'der-certificate': 'Convert it to PEM and put the path of the new file in',
  'der-key': 'Convert it to PEM and put the path of the new file in',
  pkcs12: 'Extract the part that is needed and put the path of the new file in',
  pkcs7: 'Extract the certificates and put the path of the new file in',
  'openssh-key': 'Convert a copy of it to PEM and put its path in',
};

/** @returns what to do with a wrong file, as a sentence */
export function contentsFix(file: FileEvidence): string {
  const known = fixes[file.contents ?? 'other'];
  const setting = settingOf(file);
  const wanted = file.role === 'key' ? 'PRIVATE KEY' : 'CERTIFICATE';
  if (known === undefined) {
    return `Set ${setting} to a file with a line -----BEGIN ${wanted}-----.`;
  }
  return known === copy ? `${copy}: ${file.path}.` : `${known} ${setting}.`;
}

type Conversion = (path: string, isKey: boolean) => string[];

/** The command that converts a file to PEM, next to it. */
const conversions: Partial<Record<Contents, Conversion>> = {
  'der-certificate': (path) => ['x509', '-inform', 'der', '-in', path, '-out', `${path}.pem`],
  'der-key': (path) => ['pkey', '-inform', 'der', '-in', path, '-out', `${path}.pem`],
  pkcs7: (path) => ['pkcs7', '-print_certs', '-in', path, '-out', `${path}.pem`],
  pkcs12: (path, isKey) => {
    const part = isKey ? ['-nocerts', '-nodes'] : ['-nokeys'];
    const name = isKey ? 'key' : 'cert';
    return ['pkcs12', '-in', path, ...part, '-out', `${path}.${name}.pem`];
  },
};

/** The commands that convert a file to PEM, if it contains what is needed. */
export function conversionOf({ path, role, contents = 'other' }: FileEvidence): string[][] {
  const isKey = role === 'key';
  const fits = !(isKey ? ['der-certificate', 'pkcs7'] : ['der-key']).includes(contents);
  const words = fits ? conversions[contents]?.(path, isKey) : undefined;
  return words === undefined ? [] : [['openssl', ...words]];
}
