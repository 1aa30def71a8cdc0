import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProject } from '../../../src/doctor/probes/project.js';
import { findProject } from '../../../src/doctor/probes/record.js';
import { targetOf } from '../../../src/doctor/rules/shared/project-target.js';
import type { Answers } from '../../../src/options/answers.js';
import { secretNames, settingNames } from '../../../templates/src/settings.js';
import { answersOf, extraNames, extrasOn, ways } from '../../support/combinations.js';
import { diagnosed, renderInto, write } from '../../support/diagnosed.js';
import type { Environment } from '../../support/sandbox.js';

const place = { folder: '' };
beforeEach(() => {
  place.folder = mkdtempSync(join(tmpdir(), 'create-fastify-wss-doctor-'));
});
afterEach(() => rmSync(place.folder, { recursive: true }));

function withEnv(text: string, answers: Partial<Answers> = { https: false }): string {
  renderInto(place.folder, answersOf(answers), { '.env': text });
  return place.folder;
}

const line = 'DOMAINS=http://localhost:3000\n';
const plain = `HTTPS=false\n${line}`;

interface Start {
  env: Environment;
  /** The text of `.env`. */
  file: string;
}

interface Started {
  settings?: Record<string, unknown>;
  lines?: string[];
}

/** The first step of a rendered service, before anything that needs a package. */
const program = `
import { readFileSync, writeFileSync } from 'node:fs';
import { readEnvFile } from './src/lib/env-file.js';
import { authMistakes } from './src/lib/auth-settings.js';
import { readSettings } from './src/settings.js';

const started = JSON.parse(readFileSync(0, 'utf8')).map(({ env, file }) => {
  writeFileSync('.env', file);
  try {
    const settings = readSettings(env, readEnvFile());
    const lines = authMistakes(settings);
    return lines.length > 0 ? { lines } : { settings };
  } catch (error) {
    return { lines: error.message.split('\\n') };
  }
});
console.log(JSON.stringify(started));
`;

function startEach(folder: string, starts: Start[]): Started[] {
  const words = ['--input-type=module', '--eval', program];
  const input = JSON.stringify(starts);
  return JSON.parse(
    execFileSync(process.execPath, words, { cwd: folder, input, encoding: 'utf8' }),
  );
}

/** What doctor reads, in the same form. */
function readByDoctor(folder: string, { env, file }: Start): Started {
  write(folder, { '.env': file });
  const { settings, mistakes } = readProject(folder, env);
  return mistakes.length > 0 ? { lines: mistakes } : { settings: { ...settings } };
}

const texts = fc.oneof(
  fc.constantFrom('', ' ', 'true', 'FALSE', 'Yes', 'off', '0', '1', '-1', '3000', '3e3', ' 12 '),
  fc.constantFrom('65536', '1.5', 'debug', '::1/128', '10.0.0.0/8', '0.0.0.0/0', '10'),
  fc.constantFrom(
    'https://a.test',
    'https://a.test/',
    'wss://a.test:1',
    '*',
    'capacitor://localhost',
    'redis://:hush@localhost',
  ),
  fc.integer({ min: -1, max: 2_000_000_000 }).map(String),
);
const values = fc.oneof(
  texts,
  fc.array(texts, { maxLength: 3 }).map((list) => list.join(',')),
);
const environments = fc.dictionary(fc.constantFrom(...settingNames), values, { maxKeys: 6 });

/** A line of `.env` in one of the forms that Node reads. */
const lines = fc
  .tuple(fc.constantFrom(...settingNames), values, fc.constantFrom('', '"', "'"))
  .chain(([name, value, quote]) =>
    fc.constantFrom('', 'export ', '# ').map((start) => `${start}${name}=${quote}${value}${quote}`),
  );
/** Without these, no service with authentication starts. */
const authLines = [
  'AUTH_SECRETS=a-secret-of-a-test-with-many-letters',
  'AUTH_ISSUER=issuer',
  'AUTH_AUDIENCE=audience',
];
const starts: fc.Arbitrary<Start> = fc.record({
  env: environments,
  file: fc.array(lines, { maxLength: 8 }).map((all) => [...authLines, ...all].join('\n')),
});

describe('settings are judged as by the service at its start', () => {
  it('from .env and from the environment, by the rendered project itself', () => {
    renderInto(place.folder, answersOf({ ...extrasOn(extraNames), language: 'js' }));
    const sample = fc.sample(starts, 1000);
    const started = startEach(place.folder, sample);
    const read = sample.map((start) => readByDoctor(place.folder, start));
    const theirs = started.map(({ settings, lines: said }) => {
      const open = Object.entries(settings ?? {}).filter(([name]) => !secretNames.includes(name));
      return said === undefined ? { settings: Object.fromEntries(open) } : { lines: said };
    });
    sample.forEach((start, index) => {
      expect(read[index], JSON.stringify(start)).toEqual(theirs[index]);
    });
    // A sample with only one outcome would prove nothing about the other.
    const good = started.filter(({ settings }) => settings !== undefined).length;
    expect(good).toBeGreaterThan(50);
    expect(good).toBeLessThan(950);
  });

  it('with authentication, missing ones are named', () => {
    const needed = `${plain}AUTH_ISSUER=x\nAUTH_AUDIENCE=x\n`;
    const missing = (text: string) => readProject(withEnv(text, { auth: true }), {}).mistakes;
    expect(missing(needed)).toEqual([
      'AUTH_JWKS_URL and AUTH_SECRETS are empty. Set one of them. For development, run: npm run token',
    ]);
    const secret = 'AUTH_SECRETS=a-secret-of-a-test-with-many-letters';
    expect(missing(`${needed}${secret}`)).toEqual([]);
    expect(missing(`${plain}${secret}`).join(' ')).toMatch(/^AUTH_ISSUER .* AUTH_AUDIENCE /);
    expect(missing(`${needed}AUTH_SECRETS=hush`).join(' ')).not.toMatch(/hush/);
    const { settings } = readProject(withEnv(`${needed}${secret}`, { auth: true }), {});
    expect(Object.keys(settings).filter((name) => secretNames.includes(name))).toEqual([]);
    expect(readProject(withEnv(plain), {}).mistakes).toEqual([]);
  });

  it.each(Object.entries(ways))('of a project as it is rendered: %s', (_way, given) => {
    renderInto(place.folder, answersOf(given));
    expect(readProject(place.folder, {}).mistakes).toEqual([]);
  });

  it.each<[string, string[]]>([
    [
      `${plain}PORT=70000\n`,
      ['PORT (from .env) is "70000", but must be a whole number from 0 to 65535.'],
    ],
    [
      `${plain}PORT=Infinity\n`,
      ['PORT (from .env) is "Infinity", but must be a whole number from 0 to 65535.'],
    ],
    [
      `${plain}LOG_LEVEL=loud\nHEARTBEAT_MS=1\n`,
      [
        'LOG_LEVEL (from .env) is "loud", but must be one of fatal, error, warn, info, debug, trace, silent.',
        'HEARTBEAT_MS (from .env) is "1", but must be a whole number from 100 to 3600000.',
      ],
    ],
    [
      'HTTPS=maybe\nDOMAINS=https://localhost:3000/,file://\nTRUST_PROXY=1\n',
      [
        'HTTPS (from .env) is "maybe", but must be true or false.',
        'DOMAINS (from .env) lists "https://localhost:3000/", which is not an exact origin. Write https://localhost:3000.',
        'DOMAINS (from .env) lists "file://", which is not an exact origin. Browsers send "null" for pages from files, and any page can send it. Serve the page over HTTP.',
        'TRUST_PROXY (from .env) lists "1". It must list addresses or ranges such as 10.0.0.0/8.',
      ],
    ],
    [
      `${plain}MAX_MESSAGE_BYTES=2000000\n`,
      ['MAX_BUFFERED_BYTES is less than MAX_MESSAGE_BYTES: an echo may not fit. Raise it.'],
    ],
  ])('%j', (text, mistakes) => {
    const folder = withEnv(text);
    expect(readProject(folder, {}).mistakes).toEqual(mistakes);
    const verdicts = diagnosed(folder).filter(({ stage }) => stage === 'settings');
    expect(verdicts.map(({ code, evidence }) => [code, evidence])).toEqual([
      ['invalid-setting', mistakes.join(' ')],
    ]);
  });

  it('and tell where a value comes from', () => {
    const said = (env: Environment): string[] => readProject(place.folder, env).mistakes;
    withEnv(`${plain}PORT=4000\n`);
    expect(said({ PORT: 'x' })[0]).toMatch(
      /^PORT \(from the environment, which overrides \.env\) /,
    );
    expect(said({ LOG_LEVEL: 'x' })[0]).toMatch(/^LOG_LEVEL \(from the environment\) is "x"/);
  });

  it.each(['1', 'yes', 'on', 'TRUE'])('HTTPS=%s is true', (word) => {
    expect(readProject(withEnv(`HTTPS=${word}\n`), {}).settings.HTTPS).toBe(true);
  });

  it.each(['0', 'no', 'off', 'False'])('HTTPS=%s is false', (word) => {
    const { settings, mistakes } = readProject(withEnv(`HTTPS=${word}\n${line}`), {});
    expect([settings.HTTPS, mistakes]).toEqual([false, []]);
  });

  it('REDIS_URL, only in a project with Redis, and without its password', () => {
    const text = `${plain}REDIS_URL=http://:secret@localhost:6379\n`;
    expect(diagnosed(withEnv(text))).toEqual([]);
    const [verdict, ...more] = diagnosed(withEnv(text, { https: false, redis: true }));
    expect(more).toEqual([]);
    expect(verdict?.code).toBe('invalid-setting');
    expect(JSON.stringify(verdict)).not.toContain('secret');
  });
});

describe('.env', () => {
  it('is missing in a fresh clone, and the script certs creates it', () => {
    renderInto(place.folder, answersOf({ https: false, packageManager: 'yarn' }));
    rmSync(join(place.folder, '.env'));
    const verdicts = diagnosed(place.folder).filter(({ stage }) => stage === 'settings');
    expect(verdicts.map(({ code, commands }) => [code, commands])).toEqual([
      [
        'unreadable-file',
        [
          ['yarn', 'install'],
          ['yarn', 'certs'],
        ],
      ],
    ]);
  });

  it('is not needed if the environment has the settings', () => {
    renderInto(place.folder, answersOf({ https: false }));
    rmSync(join(place.folder, '.env'));
    const env = { HTTPS: 'false', DOMAINS: 'http://app.test' };
    expect(diagnosed(place.folder, env)).toEqual([]);
  });

  it('is a folder', () => {
    renderInto(place.folder, answersOf({ https: false }));
    rmSync(join(place.folder, '.env'));
    mkdirSync(join(place.folder, '.env'));
    const [verdict] = diagnosed(place.folder, { HTTPS: 'false' });
    expect(verdict?.code).toBe('unreadable-file');
    expect(verdict?.cause).toContain('.env is a folder');
  });

  it('is overridden by the environment, even by an empty value', () => {
    const folder = withEnv(`${plain}PORT=4000\nHOST="0.0.0.0"\n`);
    const { settings } = readProject(folder, { PORT: '5000', HOST: '' });
    expect(settings).toMatchObject({ PORT: 5000, HOST: 'localhost', HTTPS: false });
  });

  it('is read by Node’s own rules: quotes, comments, export', () => {
    const folder = withEnv(
      `export HTTPS='false' # no TLS\nDOMAINS="http://a.test, http://b.test"\n`,
    );
    expect(readProject(folder, {}).settings).toMatchObject({
      HTTPS: false,
      DOMAINS: ['http://a.test', 'http://b.test'],
    });
  });

  it('can turn verification off, which causes a warning', () => {
    const verdicts = diagnosed(withEnv(`${plain}NODE_TLS_REJECT_UNAUTHORIZED=0\n`));
    expect(verdicts.map(({ code, severity }) => [code, severity])).toEqual([
      ['verification-disabled', 'warning'],
    ]);
  });

  it.each([
    ['PORT: 4000', 'Line 3: PORT without =.'],
    ['  REDIS_URL : redis://:hush@localhost', 'Line 3: REDIS_URL without =.'],
    ['DOMAINS', 'Line 3: DOMAINS without =.'],
    ['# PORT: 4000', undefined],
    ['PORT =3000', undefined],
    ['export PORT=3000', undefined],
    ['NOTE="a text\nof lines: two"', undefined],
  ])('has a line %j', (written, evidence) => {
    const verdicts = diagnosed(withEnv(`HTTPS=false\nDOMAINS=http://localhost:3000\n${written}\n`));
    expect(verdicts.map((verdict) => verdict.evidence)).toEqual(
      evidence === undefined ? [] : [evidence],
    );
    expect(JSON.stringify(verdicts)).not.toContain('hush');
  });

  it.each([
    ['https://localhost:3000', undefined],
    ['https://127.0.0.1:3000', 'https://localhost:3000'],
    ['https://127.0.0.1:3000,https://[::1]:3000', 'https://localhost:3000'],
    ['https://app.test:3000', undefined],
    ['https://localhost:4000', 'https://localhost:3000'],
  ])('allows the pages %s, so that %s may not open a socket', (domains, missing) => {
    const verdicts = diagnosed(withEnv(`HTTPS=true\nDOMAINS=${domains}\n`));
    const refused = verdicts.filter(({ code }) => code === 'origin-refused');
    expect(refused.map(({ fix }) => fix.split(' ')[1])).toEqual(
      missing === undefined ? [] : [missing],
    );
  });

  it('has secrets that do not appear in the evidence', () => {
    const folder = withEnv(`${plain}KEY_PASSPHRASE=hush\nREDIS_URL=redis://:hush@localhost\n`);
    expect(JSON.stringify(readProject(folder, {}))).not.toContain('hush');
  });

  it('has secrets that do not appear in messages about invalid values', () => {
    const secrets = 'KEY_PASSPHRASE=hush\nREDIS_URL=http://:hush@localhost\n';
    const folder = withEnv(`${plain}${secrets}`, { https: false, redis: true });
    const project = readProject(folder, {});
    expect(project.mistakes).toEqual([
      'REDIS_URL (from .env) must be redis://HOST:PORT, or rediss:// for TLS.',
    ]);
    expect(JSON.stringify([project, diagnosed(folder)])).not.toContain('hush');
  });
});

describe('a project', () => {
  it('is found from a subfolder', () => {
    renderInto(place.folder, answersOf({}));
    expect(findProject(join(place.folder, 'src/routes'))).toBe(place.folder);
    expect(findProject(join(place.folder, '..'))).toBeUndefined();
  });

  it.each(['', 'null', '[]', '{"answers":{"packageManager":"constructor","certSource":1}}'])(
    'is assumed to use npm if its record is broken: %j',
    (record) => {
      renderInto(place.folder, answersOf({ packageManager: 'pnpm' }));
      write(place.folder, { '.create-fastify-wss.json': record });
      const { packageManager, proxied, settings } = readProject(place.folder, {});
      expect({ packageManager, proxied, PORT: settings.PORT }).toEqual({
        packageManager: 'npm',
        proxied: false,
        PORT: 3000,
      });
    },
  );

  const proxy = { certSource: 'proxy', domain: 'chat.example.com' } as const;
  const cases: [string, Partial<Answers>, string, string][] = [
    ['mkcert', {}, 'wss://localhost:3000/live', 'https://localhost:3000'],
    ['insecure', { https: false }, 'ws://localhost:3000/live', 'http://localhost:3000'],
    ['proxy', proxy, 'wss://localhost:8443/live', 'https://localhost:8443'],
    [
      'a public proxy',
      { ...proxy, origins: ['https://chat.example.com'] },
      'wss://chat.example.com/live',
      'https://chat.example.com',
    ],
    ['other names', { hosts: ['app.test'] }, 'wss://app.test:3000/live', 'https://app.test:3000'],
    ['port 443', { port: 443 }, 'wss://localhost/live', 'https://localhost'],
    ['an address', { host: '::1', hosts: ['::1'] }, 'wss://[::1]:3000/live', 'https://[::1]:3000'],
    [
      'an app',
      { origins: ['capacitor://localhost'] },
      'wss://localhost:3000/live',
      'capacitor://localhost',
    ],
    [
      'pages elsewhere',
      { host: '0.0.0.0', origins: ['https://app.test'] },
      'wss://localhost:3000/live',
      'https://app.test',
    ],
  ];

  it.each(cases)('is checked at the URL of its own page: %s', (_name, given, url, origin) => {
    renderInto(place.folder, answersOf(given));
    const project = readProject(place.folder, {});
    expect(targetOf(project)).toMatchObject({ url, origin });
  });
});
