import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProject } from '../../src/effects/diagnosis/project.js';
import { findProject } from '../../src/effects/diagnosis/record.js';
import { mistakesIn, settingsOf } from '../../src/effects/diagnosis/setting-values.js';
import { targetOf } from '../../src/plan/diagnosis/project-target.js';
import type { Answers } from '../../src/core/answers.js';
import { root } from '../support/cli.js';
import { answersOf, ways } from '../support/combinations.js';
import { diagnosed, renderInto, write } from '../support/diagnosed.js';
import type { Environment } from '../support/sandbox.js';

// Templates are type-checked where they lie, with options of their own.
const { readSettings } = await import(join(root, 'templates/src/settings.ts'));
const { schema } = await import(join(root, 'templates/src/schema.ts'));

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

/** What the service says of an environment at its start: nothing where it starts. */
function saidAtStart(env: Environment): string[] {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : [];
  }
}

const texts = fc.oneof(
  fc.constantFrom('', ' ', 'true', 'false', 'TRUE', '0', '1', '-1', '3000', '3e3', '0x10', ' 12 '),
  fc.constantFrom('65536', '1.5', 'debug', '::1/128', '10.0.0.0/8', '0.0.0.0/0', '10'),
  fc.constantFrom(
    'https://a.test',
    'https://a.test/',
    'wss://a.test:1',
    '*',
    'capacitor://localhost',
  ),
  fc.integer({ min: -1, max: 2_000_000_000 }).map(String),
);
const values = fc.oneof(
  texts,
  fc.array(texts, { maxLength: 3 }).map((list) => list.join(',')),
);
const environments = fc.dictionary(fc.constantFrom(...Object.keys(schema.properties)), values);

describe('settings are judged as the service does at its start', () => {
  it('of each value it says the same', () => {
    fc.assert(
      fc.property(environments, (env) => {
        const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
        const theirs = saidAtStart(env);
        const ours = mistakesIn(given, false);
        // The service compares two sizes once each of them is right.
        const both = ours.filter((each) => !each.startsWith('MAX_BUFFERED_BYTES is less'));
        expect(new Set(both)).toEqual(
          new Set(theirs.filter((each) => !each.startsWith('MAX_BUFFERED_BYTES is less'))),
        );
        expect(ours.length === 0).toBe(theirs.length === 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('and reads the same from them', () => {
    fc.assert(
      fc.property(environments, (env) => {
        const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
        fc.pre(saidAtStart(env).length === 0);
        expect(readSettings(env)).toMatchObject(settingsOf(given));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(Object.entries(ways))('of a project as it is rendered: %s', (_way, given) => {
    renderInto(place.folder, answersOf(given));
    expect(readProject(place.folder, {}).mistakes).toEqual([]);
  });

  it.each<[string, string[]]>([
    [`${plain}PORT=70000\n`, ['PORT is "70000", but must be a whole number from 0 to 65535.']],
    [
      `${plain}LOG_LEVEL=loud\nHEARTBEAT_MS=1\n`,
      [
        'LOG_LEVEL is "loud", but must be one of fatal, error, warn, info, debug, trace, silent.',
        'HEARTBEAT_MS is "1", but must be a whole number from 100 to 3600000.',
      ],
    ],
    [
      'HTTPS=no\nDOMAINS=https://localhost:3000/\nTRUST_PROXY=1\n',
      [
        'HTTPS is "no", but must be true or false.',
        'DOMAINS lists "https://localhost:3000/", which is not an exact origin. Write https://localhost:3000.',
        'TRUST_PROXY lists "1", but must list addresses or ranges such as 10.0.0.0/8.',
      ],
    ],
    [
      `${plain}MAX_MESSAGE_BYTES=2000000\n`,
      ['MAX_BUFFERED_BYTES is less than MAX_MESSAGE_BYTES, so that an echo may not fit in it.'],
    ],
  ])('%j', (text, mistakes) => {
    const folder = withEnv(text);
    expect(readProject(folder, {}).mistakes).toEqual(mistakes);
    const verdicts = diagnosed(folder).filter(({ stage }) => stage === 'settings');
    expect(verdicts.map(({ code, evidence }) => [code, evidence])).toEqual([
      ['invalid-setting', mistakes.join(' ')],
    ]);
  });

  it('REDIS_URL, in a project with Redis alone, and without its password', () => {
    const text = `${plain}REDIS_URL=http://:secret@localhost:6379\n`;
    expect(diagnosed(withEnv(text))).toEqual([]);
    const [verdict, ...more] = diagnosed(withEnv(text, { https: false, redis: true }));
    expect(more).toEqual([]);
    expect(verdict?.code).toBe('invalid-setting');
    expect(JSON.stringify(verdict)).not.toContain('secret');
  });
});

describe('.env', () => {
  it('is missing in a fresh clone, and the script certs makes it', () => {
    renderInto(place.folder, answersOf({ https: false, packageManager: 'yarn' }));
    rmSync(join(place.folder, '.env'));
    const verdicts = diagnosed(place.folder).filter(({ stage }) => stage === 'settings');
    expect(verdicts.map(({ code, commands }) => [code, commands])).toEqual([
      ['unreadable-file', [['yarn', 'certs']]],
    ]);
  });

  it('is not missed where the environment has the settings', () => {
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

  it('gives way to the environment, even where that is empty', () => {
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

  it('may turn verification off, which is warned of', () => {
    const verdicts = diagnosed(withEnv(`${plain}NODE_TLS_REJECT_UNAUTHORIZED=0\n`));
    expect(verdicts.map(({ code, severity }) => [code, severity])).toEqual([
      ['verification-disabled', 'warning'],
    ]);
  });

  it('says nothing secret in the evidence', () => {
    const folder = withEnv(`${plain}KEY_PASSPHRASE=hush\nREDIS_URL=redis://:hush@localhost\n`);
    expect(JSON.stringify(readProject(folder, {}))).not.toContain('hush');
  });
});

describe('a project', () => {
  it('is found from a folder in it', () => {
    renderInto(place.folder, answersOf({}));
    expect(findProject(join(place.folder, 'src/routes'))).toBe(place.folder);
    expect(findProject(join(place.folder, '..'))).toBeUndefined();
  });

  it.each(['', 'null', '[]', '{"answers":{"packageManager":"constructor","certSource":1}}'])(
    'is one of npm where its record is broken: %j',
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
      'pages elsewhere',
      { host: '0.0.0.0', origins: ['https://app.test'] },
      'wss://localhost:3000/live',
      'https://app.test',
    ],
  ];

  it.each(cases)('is asked after where its own page is: %s', (_name, given, url, origin) => {
    renderInto(place.folder, answersOf(given));
    expect(targetOf(readProject(place.folder, {}))).toMatchObject({ url, origin });
  });
});
