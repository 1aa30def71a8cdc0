import { X509Certificate, createPrivateKey, createPublicKey } from 'node:crypto';
import type { Holding, Role } from '../../plan/diagnosis/project-evidence.js';

/** What each label of PEM stands for (RFC 7468); the first that fits. */
const labels: [RegExp, Holding][] = [
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
    // That it cannot be parsed is the answer.
    return false;
  }
}

/** Version 3, with which a PKCS#12 file begins behind its length (RFC 7292, section 4). */
const pkcs12Version = Buffer.from('020103', 'hex');

const privateForms = ['pkcs8', 'pkcs1', 'sec1'] as const;

/** Kinds of DER, by what can read them. */
const binaries: [Holding, (bytes: Buffer) => boolean][] = [
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

function binaryKind(bytes: Buffer): Holding {
  return binaries.find(([, fits]) => fits(bytes))?.[0] ?? 'der';
}

/** What is wrong with the form of a block that has the right label; the first that fits. */
const faults: [RegExp, Holding][] = [
  [/-----BEGIN [^-]+-----\s*\\n/, 'escaped'],
  [/-----BEGIN [^-]+-----[^\r\n]+-----END/, 'one-line'],
];

function faultOf(text: string): Holding {
  const [begins, ends] = ['BEGIN', 'END'].map((word) => text.split(`-----${word} `).length);
  const found = faults.find(([sign]) => sign.test(text))?.[1];
  return found ?? (begins === ends ? 'damaged' : 'truncated');
}

const wanted: Record<Role, Holding> = {
  key: 'private-key',
  certificate: 'certificate',
  chain: 'certificate',
};

/** @returns what a file is that could not be read as what it should be */
export function holdingOf(bytes: Buffer, role: Role): Holding {
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
