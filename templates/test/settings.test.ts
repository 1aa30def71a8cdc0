import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import { readSettings, settingNames } from '../src/settings.js';

function mistakesOf(...sources: Parameters<typeof readSettings>): string[] {
  try {
    readSettings(...sources);
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : [];
  }
  return [];
}

test('an empty environment means the defaults, which allow no origin', () => {
  const settings = readSettings({});
  assert.equal(settings.PORT, 3000);
  assert.equal(settings.HTTPS, true);
  assert.deepEqual(settings.DOMAINS, []);
  assert.deepEqual(readSettings({ PORT: '', HTTPS: '', DOMAINS: '' }), settings);
});

test('only the given environment is read', (t) => {
  process.env.MAX_MESSAGE_BYTES = '1';
  t.after(() => delete process.env.MAX_MESSAGE_BYTES);
  assert.equal(readSettings({}).MAX_MESSAGE_BYTES, 65_536);
});

test('.env.example lists every setting, and is valid', () => {
  const example = parseEnv(readFileSync(join(import.meta.dirname, '..', '.env.example'), 'utf8'));
  assert.deepEqual(new Set(Object.keys(example)), new Set(settingNames));
  assert.deepEqual(mistakesOf(example), []);
});

test('all mistakes are reported at once, one line each, with the source of the value', () => {
  const env = { HTTPS: 'maybe', PORT: '70000', DOMAINS: 'https://a.example/,https://b.example' };
  const file = { PORT: '3000', LOG_LEVEL: 'loud', TRUST_PROXY: 'true' };
  assert.deepEqual(mistakesOf(env, file), [
    'HTTPS (from the environment) is "maybe", but must be true or false.',
    'DOMAINS (from the environment) lists "https://a.example/", which is not an exact origin. Write https://a.example.',
    'PORT (from the environment, which overrides .env) is "70000", but must be a whole number from 0 to 65535.',
    'TRUST_PROXY (from .env) lists "true". It must list addresses or ranges such as 10.0.0.0/8.',
    'LOG_LEVEL (from .env) is "loud", but must be one of fatal, error, warn, info, debug, trace, silent.',
  ]);
});

test('the environment overrides .env, and an empty value there means the default', () => {
  const file = { PORT: '1', SHUTDOWN_MS: '2', HEARTBEAT_MS: '3000' };
  const settings = readSettings({ PORT: '10', SHUTDOWN_MS: '' }, file);
  assert.deepEqual([settings.PORT, settings.SHUTDOWN_MS, settings.HEARTBEAT_MS], [10, 5000, 3000]);
});

test('HTTPS accepts several words for true and false', () => {
  for (const word of ['1', 'true', 'yes', 'on', ' TRUE ']) {
    assert.equal(readSettings({ HTTPS: word }).HTTPS, true, word);
  }
  for (const word of ['0', 'false', 'no', 'off', 'No']) {
    assert.equal(readSettings({ HTTPS: word }).HTTPS, false, word);
  }
});

test('a number may only contain digits', () => {
  for (const PORT of ['Infinity', '0x10', '3e3', '-1', '1.5', '3000px', '65536']) {
    assert.equal(mistakesOf({ PORT }).length, 1, PORT);
  }
});

test('MAX_BUFFERED_BYTES must be large enough for an echo', () => {
  const sizes = { MAX_MESSAGE_BYTES: '2000000', MAX_BUFFERED_BYTES: '1000000' };
  assert.match(mistakesOf(sizes).join(), /^MAX_BUFFERED_BYTES is less than MAX_MESSAGE_BYTES/);
});

test('DRAIN_MS must leave time for closing the sockets', () => {
  assert.match(mistakesOf({ DRAIN_MS: '5000' }).join(), /^DRAIN_MS is not less than SHUTDOWN_MS/);
  assert.deepEqual(mistakesOf({ DRAIN_MS: '5000', SHUTDOWN_MS: '6000' }), []);
  assert.deepEqual(mistakesOf({ SHUTDOWN_MS: '0' }), []);
});

test('DOMAINS may only list exact origins, and the message names the right one', () => {
  const meant = {
    'https://a.example': ['https://a.example/path', 'https://A.example', 'https://a.example:443'],
    'https://a.example:8443': ['wss://a.example:8443', 'https://user@a.example:8443'],
    'scheme://host or scheme://host:port': [
      'https://*.a.example',
      '*',
      'a.example',
      'localhost:3000',
    ],
  };
  for (const [advice, entries] of Object.entries(meant)) {
    for (const entry of entries) {
      const line = `lists "${entry}", which is not an exact origin. Write ${advice}.`;
      assert.deepEqual(mistakesOf({ DOMAINS: entry }), [`DOMAINS (from the environment) ${line}`]);
    }
  }
});

test('DOMAINS may not list pages from files', () => {
  for (const entry of ['null', 'file:///page.html']) {
    assert.match(mistakesOf({ DOMAINS: entry }).join(), /Serve the page over HTTP\.$/, entry);
  }
});

test('DOMAINS may list exact origins, also with spaces between them', () => {
  const { DOMAINS } = readSettings({
    DOMAINS: 'https://a.example, http://[::1]:3000, capacitor://localhost',
  });
  assert.deepEqual(DOMAINS, ['https://a.example', 'http://[::1]:3000', 'capacitor://localhost']);
});

test('TRUST_PROXY may list addresses and ranges, but no number of hops and no range of all addresses', () => {
  const { TRUST_PROXY } = readSettings({ TRUST_PROXY: '127.0.0.1,10.0.0.0/8,::1,fd00::/8' });
  assert.equal(TRUST_PROXY.length, 4);
  for (const entry of ['1', 'true', '0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0/8/8', 'proxy']) {
    assert.equal(mistakesOf({ TRUST_PROXY: entry }).length, 1, entry);
  }
});
