import { isComplete, resolve } from '../../src/options/resolve.js';
import type { Answers } from '../../src/options/answers.js';
import { extras, includedIn, type ExtraName } from '../../src/options/extras.js';
import { flagOf } from '../../src/options/options.js';
import { isPackageManager, packageManagers } from '../../src/options/package-managers.js';

const languages: Answers['language'][] = ['ts', 'js'];

/** The names of all package managers. */
export const managers = Object.keys(packageManagers).filter(isPackageManager);

/** The ways to wss://, and the one without. */
export const ways: Record<string, Partial<Answers>> = {
  mkcert: {},
  files: { certSource: 'files', keyFile: 'key.pem', certFile: 'cert.pem' },
  'files with a chain': {
    certSource: 'files',
    keyFile: '/etc/ssl/private key.pem',
    certFile: 'cert.pem',
    caFile: 'chain.pem',
  },
  caddy: { certSource: 'proxy', reverseProxy: 'caddy', domain: 'chat.example.com' },
  nginx: { certSource: 'proxy', reverseProxy: 'nginx', domain: 'chat.example.com' },
  insecure: { https: false },
};

const addresses: Partial<Answers>[] = [
  {},
  { host: '::1', port: 443 },
  { host: '0.0.0.0', port: 8080, origins: ['https://app.test'] },
];

/** @returns complete answers, with defaults for missing ones */
export function answersOf(given: Partial<Answers>): Answers {
  const layers = { flag: given, file: {}, asked: {} };
  const world = { packageManager: 'npm', mkcert: false, trusted: false } as const;
  const { known, gaps, contradictions } = resolve(layers, world);
  if (contradictions[0] !== undefined || !isComplete(known, gaps)) {
    throw contradictions[0]?.error ?? new Error('An answer is missing.');
  }
  return known;
}

/** The names of all extras. */
export const extraNames = extras.map(({ name }) => name);
/** Each extra alone, and all of them. */
const extraSets = [...extraNames.map((name) => [name]), extraNames];

/** The flags of all extras, and their `--no-` forms. */
export const extraFlags = extraNames.map(flagOf);
export const noExtras = extraFlags.map((flag) => flag.replace('--', '--no-'));

/** @returns the flags that take an extra away, and the one that came with it, which would stay */
export function flagsWithout(name: ExtraName): string[] {
  return [name, includedIn(name)].flatMap((each) =>
    each === undefined ? [] : flagOf(each).replace('--', '--no-'),
  );
}

/** @returns the answers that turn these extras on */
export function extrasOn(names: ExtraName[]): Partial<Answers> {
  return Object.fromEntries(names.map((name) => [name, true]));
}

/** The answers that extras read: either the way, or the package manager and the address. */
const beside: [string, Partial<Answers>][] = [
  ...Object.entries(ways),
  ...managers.map((packageManager): [string, Partial<Answers>] => [
    `${packageManager} 0.0.0.0`,
    { ...addresses[2], packageManager },
  ]),
];

/** Extras change no file of another answer, so they are combined only with what they read. */
const withExtras: [string, Answers][] = languages.flatMap((language) =>
  extraSets.flatMap((names) =>
    beside.map(([name, given]): [string, Answers] => [
      `${language} ${names.join(' ')} ${name}`,
      answersOf({ ...given, ...extrasOn(names), language }),
    ]),
  ),
);

/** Every combination of the answers that every project has, with a name for each. */
const withoutExtras: [string, Answers][] = languages.flatMap((language) =>
  managers.flatMap((packageManager) =>
    Object.entries(ways).flatMap(([way, given]) =>
      addresses.map((address): [string, Answers] => [
        `${language} ${packageManager} ${way} ${address.host ?? 'localhost'}`,
        answersOf({ ...given, ...address, language, packageManager }),
      ]),
    ),
  ),
);

/** Every combination of answers that renders differently, with a name for each. */
export const combinations: [string, Answers][] = [...withoutExtras, ...withExtras];
