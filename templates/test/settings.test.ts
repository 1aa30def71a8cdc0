import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import { schema } from '../src/schema.js';
import { readSettings } from '../src/settings.js';

function mistakesOf(env: Parameters<typeof readSettings>[0]): string[] {
  try {
    readSettings(env);
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : [];
  }
  return [];
}

test('an empty environment gives the defaults, under which no origin is allowed', () => {
  const settings = readSettings({});
  assert.equal(settings.PORT, 3000);
  assert.equal(settings.HTTPS, true);
  assert.deepEqual(settings.DOMAINS, []);
  assert.deepEqual(readSettings({ PORT: '', HTTPS: '', DOMAINS: '' }), settings);
});

test('only the environment that is given counts', (t) => {
  process.env.MAX_MESSAGE_BYTES = '1';
  t.after(() => delete process.env.MAX_MESSAGE_BYTES);
  assert.equal(readSettings({}).MAX_MESSAGE_BYTES, 65_536);
});

test('.env.example names every setting, and is valid', () => {
  const example = parseEnv(readFileSync(join(import.meta.dirname, '..', '.env.example'), 'utf8'));
  assert.deepEqual(new Set(Object.keys(example)), new Set(Object.keys(schema.properties)));
  assert.deepEqual(mistakesOf(example), []);
});

test('all mistakes are named at once, one line each', () => {
  const lines = mistakesOf({
    HTTPS: 'yes',
    PORT: '70000',
    LOG_LEVEL: 'loud',
    DOMAINS: 'https://a.example/,https://b.example',
    TRUST_PROXY: 'true',
  });
  assert.deepEqual(lines, [
    'HTTPS is "yes", but must be true or false.',
    'PORT is "70000", but must be a whole number from 0 to 65535.',
    'LOG_LEVEL is "loud", but must be one of fatal, error, warn, info, debug, trace, silent.',
    'DOMAINS lists "https://a.example/", which is not an exact origin. Write https://a.example.',
    'TRUST_PROXY lists "true", but must list addresses or ranges such as 10.0.0.0/8.',
  ]);
});

test('an echo must fit into what may wait for a client', () => {
  const sizes = { MAX_MESSAGE_BYTES: '2000000', MAX_BUFFERED_BYTES: '1000000' };
  assert.match(mistakesOf(sizes).join(), /^MAX_BUFFERED_BYTES is less than MAX_MESSAGE_BYTES/);
});

const origins = [
  ['https://a.example/path', 'Write https://a.example.'],
  ['https://A.example', 'Write https://a.example.'],
  ['https://a.example:443', 'Write https://a.example.'],
  ['wss://a.example:8443', 'Write https://a.example:8443.'],
  ['https://user@a.example', 'Write https://a.example.'],
  ['https://*.a.example', 'Write scheme://host or scheme://host:port.'],
  ['*', 'Write scheme://host or scheme://host:port.'],
  ['null', 'Write scheme://host or scheme://host:port.'],
  ['a.example', 'Write scheme://host or scheme://host:port.'],
  ['localhost:3000', 'Write scheme://host or scheme://host:port.'],
] as const;

for (const [entry, advice] of origins) {
  test(`DOMAINS may not list ${entry}`, () => {
    assert.deepEqual(mistakesOf({ DOMAINS: entry }), [
      `DOMAINS lists "${entry}", which is not an exact origin. ${advice}`,
    ]);
  });
}

test('DOMAINS may list exact origins, with spaces between them', () => {
  const { DOMAINS } = readSettings({
    DOMAINS: 'https://a.example, http://[::1]:3000, capacitor://localhost',
  });
  assert.deepEqual(DOMAINS, ['https://a.example', 'http://[::1]:3000', 'capacitor://localhost']);
});

test('TRUST_PROXY may list addresses and ranges, but no number of hops and not everybody', () => {
  const { TRUST_PROXY } = readSettings({ TRUST_PROXY: '127.0.0.1,10.0.0.0/8,::1,fd00::/8' });
  assert.equal(TRUST_PROXY.length, 4);
  for (const entry of ['1', 'true', '0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0/8/8', 'proxy']) {
    assert.equal(mistakesOf({ TRUST_PROXY: entry }).length, 1, entry);
  }
});
