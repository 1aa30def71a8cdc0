import { extendedUsages, mostDays, type CertificateFacts } from './certificate-facts.js';
import { isBelow } from './hosts.js';

/** Browsers whose rules differ. Safari is judged by Apple's documents, not by tests. */
export const allBrowsers = ['Chromium', 'Firefox', 'Safari'] as const;

export type Browser = (typeof allBrowsers)[number];

/** @returns the browser whose name a text begins with */
export function browserIn(text: string): Browser | undefined {
  return allBrowsers.find((name) => text.startsWith(name));
}

const dayMs = 24 * 60 * 60 * 1000;

/** What is known about a certificate besides its contents. */
export interface Use {
  /** The cipher suite does not sign with the key, but encrypts for it: RSA key exchange. */
  isKeyExchange?: boolean;
  /** The server sends the status of the certificate; undefined if that is unknown. */
  isStapled?: boolean;
}

/** A reason for which browsers refuse a certificate that OpenSSL accepts. */
export interface Refusal {
  browsers: Browser[];
  /** The predicate of a sentence about the certificate. */
  problem: string;
  /** A whole sentence. */
  fix: string;
  /** It is a rule of a document, or of clients that this machine may not have. */
  isLikely?: boolean;
}

/** `refusing` returns the browsers that refuse a certificate. */
interface Row extends Omit<Refusal, 'browsers' | 'problem'> {
  refusing: (facts: CertificateFacts, use: Use) => Browser[];
  problem: (facts: CertificateFacts) => string;
}

const chromiumCurves = ['prime256v1', 'secp384r1'];
const firefoxCurves = [...chromiumCurves, 'secp521r1'];

function hasKeyOf({ keyType, curve = '' }: CertificateFacts, curves: string[]): boolean {
  return keyType === 'rsa' || (keyType === 'ec' && curves.includes(curve));
}

function when(refused: boolean, ...browsers: Browser[]): Browser[] {
  return refused ? browsers : [];
}

function keyText({ keyType, curve }: CertificateFacts): string {
  return keyType === 'ec' ? `EC (${curve ?? 'a curve without a name'})` : keyType.toUpperCase();
}

/** OpenSSL also accepts keys of these certificates that sign nothing. */
function lacksUsage({ keyUsage, keyType }: CertificateFacts, { isKeyExchange }: Use): boolean {
  const needed =
    isKeyExchange === true && keyType === 'rsa' ? 'keyEncipherment' : 'digitalSignature';
  return keyUsage !== undefined && !keyUsage.includes(needed);
}

const firefoxUsages = ['digitalSignature', 'keyEncipherment', 'keyAgreement'] as const;

/** Apple's systems ask more of certificates since then ("HT210176", support.apple.com). */
const appleDate = Date.UTC(2019, 6, 1);

function isNew({ validFrom }: CertificateFacts): boolean {
  return validFrom >= appleDate;
}

/** For any use, or without the extension, which is not enough for Apple's systems. */
function isForServers({ usages = [extendedUsages.any] }: CertificateFacts): boolean {
  return usages.includes(extendedUsages.server) || !usages.includes(extendedUsages.any);
}

/** The server's own certificate. Measured with Chromium 156 and Firefox 153. */
const leafRows: Row[] = [
  {
    refusing: (facts) => [
      ...when(!hasKeyOf(facts, chromiumCurves), 'Chromium'),
      ...when(!hasKeyOf(facts, firefoxCurves), 'Firefox'),
    ],
    problem: (facts) => `has a key of a type that they do not support: ${keyText(facts)}`,
    fix: 'Use a P-256 key, or an RSA key with at least 2048 bits.',
  },
  {
    refusing: (facts, use) => [
      ...when(lacksUsage(facts, use), 'Chromium'),
      ...when(
        facts.keyUsage?.every((usage) => !firefoxUsages.some((each) => each === usage)) === true,
        'Firefox',
      ),
    ],
    problem: ({ keyUsage = [] }) =>
      `has a key usage that does not fit the handshake: ${keyUsage.length === 0 ? 'none' : keyUsage.join(', ')}`,
    fix: 'Get a certificate whose keyUsage has digitalSignature.',
  },
  {
    refusing: ({ isCa }) => when(isCa, 'Firefox'),
    problem: () => 'is the certificate of a CA (CA:TRUE)',
    fix: 'Get a certificate with CA:FALSE.',
  },
  {
    refusing: ({ usages = [] }) => when(usages.includes(extendedUsages.ocspSigning), 'Firefox'),
    problem: () => 'is also for signing OCSP answers (extendedKeyUsage OCSPSigning)',
    fix: 'Get a certificate with only serverAuth in extendedKeyUsage.',
  },
  {
    refusing: ({ mustStaple }, { isStapled }) => when(mustStaple && isStapled === false, 'Firefox'),
    problem: () => 'requires its OCSP status ("must staple"), which the server does not send',
    fix: 'Turn on OCSP stapling in the server, or get a certificate without must-staple.',
  },
  {
    refusing: ({ subject, names, criticalNames }) =>
      when(subject === '' && names !== undefined && !criticalNames, 'Chromium'),
    problem: () => 'has no subject, and a subjectAltName that is not critical',
    fix: 'Get a certificate with a subject, or with a critical subjectAltName.',
  },
  {
    refusing: (facts) => when(isNew(facts) && !isForServers(facts), 'Safari'),
    problem: () => "lacks serverAuth in extendedKeyUsage, which Apple's systems require",
    fix: 'Get a certificate with serverAuth in extendedKeyUsage.',
    isLikely: true,
  },
  {
    refusing: (facts) =>
      when(isNew(facts) && facts.validTo - facts.validFrom > mostDays * dayMs, 'Safari'),
    problem: ({ validFrom, validTo }) =>
      `is valid for ${Math.round((validTo - validFrom) / dayMs)} days, and Apple's systems accept at most ${mostDays}`,
    fix: `Get a certificate that is valid for at most ${mostDays} days.`,
    isLikely: true,
  },
];

/** The certificates above it, and the root in the trust store. */
const caRows: Row[] = [
  {
    refusing: (facts) => when(!hasKeyOf(facts, firefoxCurves), 'Chromium', 'Firefox'),
    problem: (facts) => `has a key of a type that they do not support: ${keyText(facts)}`,
    fix: 'Use a CA with a P-256, P-384 or RSA key.',
  },
  {
    refusing: ({ needsPolicy }) => when(needsPolicy, 'Chromium'),
    problem: () => 'requires a certificate policy (requireExplicitPolicy)',
    fix: 'Use a CA without policyConstraints.',
  },
];

/**
 * @param place `leaf` for the server's own certificate
 * @returns why browsers refuse a certificate that OpenSSL accepts
 */
export function refusalsOf(
  facts: CertificateFacts,
  place: 'leaf' | 'ca',
  use: Use = {},
): Refusal[] {
  return (place === 'leaf' ? leafRows : caRows).flatMap(({ refusing, problem, ...rest }) => {
    const browsers = refusing(facts, use);
    return browsers.length === 0 ? [] : [{ ...rest, browsers, problem: problem(facts) }];
  });
}

/**
 * Top-level domains that browsers only use with TLS: the single labels with force-https and
 * include_subdomains in Chromium's transport_security_state_static.json. Thousands of other names are
 * not listed here.
 */
const tlsOnly =
  'amazon android app audible azure bank bing boo channel chrome dad day dev eat esq fire fly foo fujitsu gle gmail google hangout hotmail imdb ing insurance kindle meet meme microsoft mov new nexus office page phd play prime prof rsvp search silk skype windows xbox xn--cckwcxetd xn--jlq480n2rg youtube zappos zip'.split(
    ' ',
  );

/** @returns whether browsers replace ws: and http: for a host by wss: and https: */
export function isTlsOnly(host: string): boolean {
  return isBelow(host, tlsOnly);
}
