import { X509Certificate, createPrivateKey, createPublicKey } from 'node:crypto';
import type { Contents, Role } from '../project-evidence.js';

/** The meaning of each PEM label (RFC 7468); the first that fits. */
const labels: [RegExp, Contents][] = [
  [/^(X509 |TRUSTED )?CERTIFICATE$/, 'certificate'],
  [/^(NEW )?CERTIFICATE REQUEST$/, 'request'],
  [/^OPENSSH PRIVATE KEY$/, 'openssh-key'],
  [/PRIVATE KEY$/, 'private-key'],
  [/PUBLIC KEY$/, 'public-key'],
  [/^(PKCS7|CMS)$/, 'pkcs7'],
];

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    // It cannot be parsed.
    return false;
  }
}

/** Version 3, with which a PKCS#12 file begins after its length (RFC 7292, section 4). */
const pkcs12Version = Buffer.from('020103', 'hex');

const privateForms = ['pkcs8', 'pkcs1', 'sec1'] as const;

/** Kinds of DER, each with its parser. */
const binaries: [Contents, (bytes: Buffer) => boolean][] = [
  ['pkcs12', (bytes) => bytes.subarray(1, 9).includes(pkcs12Version)],
  ['der-certificate', (bytes) => parses(() => new X509Certificate(bytes))],
  [
    'der-key',
    (key) =>
      privateForms.some((type) => parses(() => createPrivateKey({ key, format: 'der', type }))),
  ],
  ['public-key', (key) => parses(() => createPublicKey({ key, format: 'der', type: 'spki' }))],
  ['der', () => true],
];

function binaryKind(bytes: Buffer): Contents {
  return binaries.find(([, fits]) => fits(bytes))?.[0] ?? 'der';
}

/** What is wrong with the format of a block with the right label; the first that fits. */
const faults: [RegExp, Contents][] = [
  [/-----BEGIN [^-]+-----\s*\\n/, 'escaped'],
  [/-----BEGIN [^-]+-----[^\r\n]+-----END/, 'one-line'],
];

function faultOf(text: string): Contents {
  const [begins, ends] = ['BEGIN', 'END'].map((word) => text.split(`-----${word} `).length);
  const found = faults.find(([sign]) => sign.test(text))?.[1];
  return found ?? (begins === ends ? 'damaged' : 'truncated');
}

const wanted: Record<Role, Contents> = {
  key: 'private-key',
  certificate: 'certificate',
  chain: 'certificate',
};

/** @returns what a file with the wrong contents is */
export function contentsOf(bytes: Buffer, role: Role): Contents {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') {
    return 'empty';
  }
  if (bytes[0] === 0x30 && !text.includes('-----BEGIN ')) {
    return binaryKind(bytes);
  }
  const found = [...text.matchAll(/-----BEGIN ([^-]+)-----/g)].map(([, label = '']) => label);
  const kinds = found.map((label) => labels.find(([sign]) => sign.test(label))?.[1] ?? 'other');
  return kinds.includes(wanted[role]) ? faultOf(text) : (kinds[0] ?? 'other');
}
