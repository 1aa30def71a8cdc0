import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { storesFor, storesOfFile } from '../../../src/doctor/probes/stores.js';
import { certificatesIn } from '../../../src/trust/ca-lists.js';
import { make } from '../../support/pki.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';

const place: { sandbox?: Sandbox } = {};

beforeEach(() => {
  const { home } = (place.sandbox = sandbox());
  writeFileSync(join(home, 'chromium'), '');
  chmodSync(join(home, 'chromium'), 0o755);
  vi.stubEnv('PATH', home);
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_DATA_HOME', join(home, 'data'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await place.sandbox?.remove();
});

it.skipIf(process.platform !== 'linux').each([false, true])(
  'the folder of a database is created before certutil uses it, unless it exists: %s',
  async (exists) => {
    const folder = join(place.sandbox?.home ?? '', 'data/pki/nssdb');
    if (exists) {
      mkdirSync(folder, { recursive: true });
    }
    const chain = certificatesIn((await make({ name: 'CN=leaf', hosts: ['localhost'] })).cert);
    const [first] = await storesFor(chain);
    const adding = [
      'certutil',
      '-A',
      '-d',
      `sql:${folder}`,
      '-t',
      'C,,',
      '-n',
      'NAME',
      '-i',
      'FILE',
    ];
    expect(first?.fix).toEqual([...(exists ? [] : [['mkdir', '-p', '-m', '700', folder]]), adding]);
  },
);

it('a file with CAs counts for browsers, too', async () => {
  const root = await make({ name: 'CN=Root', isCa: true });
  const by = await make({ name: 'CN=Between', isCa: true, by: root });
  const leaf = await make({ name: 'CN=leaf', hosts: ['localhost'], by });
  const cas = certificatesIn(root.cert);
  const judged = async (pem: string) =>
    (await storesOfFile('FILE', cas, certificatesIn(pem))).map(({ client, trusts }) => [
      client,
      trusts,
    ]);
  const all = (trusts: boolean) => ['browser', 'node', 'system'].map((each) => [each, trusts]);
  expect(await judged(leaf.cert)).toEqual(all(false));
  expect(await judged(leaf.cert + by.cert)).toEqual(all(true));
});
