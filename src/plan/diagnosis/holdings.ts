import type { FileEvidence, Holding } from './project-evidence.js';
import { settingOf } from './project-words.js';

/** What a wrong file holds, behind its name in a sentence. */
const holds: Record<Holding, string> = {
  empty: 'is empty',
  escaped: 'has the two characters \\n where its lines should end',
  'one-line': 'has lost its line breaks: all of it stands in one line',
  truncated: 'is cut off: its last block of PEM has no end',
  damaged: 'has the frame of PEM, and something inside that cannot be read',
  certificate: 'holds a certificate and no private key',
  'private-key': 'holds a private key and no certificate',
  'public-key': 'holds a public key',
  request: 'holds a request for a certificate (CSR)',
  'openssh-key': 'holds a key in the format of OpenSSH',
  pkcs7: 'holds certificates as PKCS#7',
  pkcs12: 'is a PKCS#12 file (.p12, .pfx), which has key and certificate together',
  'der-certificate': 'holds a certificate in the binary form DER',
  'der-key': 'holds a private key in the binary form DER',
  der: 'is binary (DER), and no certificate or key that can be read',
  other: 'holds no PEM at all',
};

/** @returns what a wrong file is, as a part of a sentence */
export function holdingText({ path, holds: found = 'other' }: FileEvidence): string {
  return `${path} ${holds[found]}`;
}

const copy = 'Copy the file again from where it came';
const lines = 'Give each line its own line break again, in';

/** What is to be done with a file of each kind. */
const fixes: Partial<Record<Holding, string>> = {
  empty: copy,
  truncated: copy,
  damaged: copy,
  escaped: lines,
  'one-line': lines,
  'der-certificate': 'Convert it to PEM, and name the new file in',
  'der-key': 'Convert it to PEM, and name the new file in',
  pkcs12: 'Take what is needed out of it, and name the new file in',
  pkcs7: 'Take the certificates out of it, and name the new file in',
  'openssh-key': 'Convert a copy of it to PEM, and name that in',
};

/** @returns what to do with a wrong file, as a sentence */
export function holdingFix(file: FileEvidence): string {
  const known = fixes[file.holds ?? 'other'];
  const setting = settingOf(file);
  const wanted = file.role === 'key' ? 'PRIVATE KEY' : 'CERTIFICATE';
  if (known === undefined) {
    return `Name a file in ${setting} that has a line -----BEGIN ${wanted}-----.`;
  }
  return known === copy ? `${copy}: ${file.path}.` : `${known} ${setting}.`;
}

type Conversion = (path: string, isKey: boolean) => string[];

/** The command that makes PEM of a file, beside it. */
const conversions: Partial<Record<Holding, Conversion>> = {
  'der-certificate': (path) => ['x509', '-inform', 'der', '-in', path, '-out', `${path}.pem`],
  'der-key': (path) => ['pkey', '-inform', 'der', '-in', path, '-out', `${path}.pem`],
  pkcs7: (path) => ['pkcs7', '-print_certs', '-in', path, '-out', `${path}.pem`],
  pkcs12: (path, isKey) => {
    const part = isKey ? ['-nocerts', '-nodes'] : ['-nokeys'];
    const name = isKey ? 'key' : 'cert';
    return ['pkcs12', '-in', path, ...part, '-out', `${path}.${name}.pem`];
  },
};

/** What makes PEM of a form that is not, where the file holds what is needed. */
export function conversionOf({ path, role, holds: found = 'other' }: FileEvidence): string[][] {
  const isKey = role === 'key';
  const fits = !(isKey ? ['der-certificate', 'pkcs7'] : ['der-key']).includes(found);
  const words = fits ? conversions[found]?.(path, isKey) : undefined;
  return words === undefined ? [] : [['openssl', ...words]];
}
