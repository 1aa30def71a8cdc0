import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { connect, type ConnectionOptions } from 'node:tls';
import { makeCertificate, type Pair } from './certificate.js';
import { ask, start, writeFiles } from './helper.js';

/** Lays a pair into a folder as `key.pem` and `cert.pem`. */
function lay(folder: string, { key, cert }: Pair): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'key.pem'), key);
  writeFileSync(join(folder, 'cert.pem'), cert);
}

interface Way {
  /** Lays the first pair; `folder/live/` must then hold `key.pem` and `cert.pem`. */
  first: (folder: string, pair: Pair) => void;
  renew: (folder: string, pair: Pair) => void;
}

const names = ['key.pem', 'cert.pem'];
const ways: Record<string, Way> = {
  'written in place': {
    first: (folder, pair) => lay(join(folder, 'live'), pair),
    renew: (folder, pair) => lay(join(folder, 'live'), pair),
  },
  'renamed over': {
    first: (folder, pair) => lay(join(folder, 'live'), pair),
    renew(folder, pair) {
      lay(join(folder, 'new'), pair);
      for (const name of names) renameSync(join(folder, 'new', name), join(folder, 'live', name));
    },
  },
  'linked anew, as certbot does': {
    first(folder, pair) {
      lay(join(folder, 'archive1'), pair);
      mkdirSync(join(folder, 'live'));
      for (const name of names)
        symlinkSync(join('..', 'archive1', name), join(folder, 'live', name));
    },
    renew(folder, pair) {
      lay(join(folder, 'archive2'), pair);
      for (const name of names) {
        rmSync(join(folder, 'live', name));
        symlinkSync(join('..', 'archive2', name), join(folder, 'live', name));
      }
    },
  },
  'swapped under ..data, as Kubernetes does': {
    first(folder, pair) {
      lay(join(folder, 'live', '..1'), pair);
      symlinkSync('..1', join(folder, 'live', '..data'));
      for (const name of names) symlinkSync(join('..data', name), join(folder, 'live', name));
    },
    renew(folder, pair) {
      lay(join(folder, 'live', '..2'), pair);
      symlinkSync('..2', join(folder, 'live', '..data_tmp'));
      renameSync(join(folder, 'live', '..data_tmp'), join(folder, 'live', '..data'));
    },
  },
};

/** The certificate that a new connection is shown. */
async function shown(address: string, options: ConnectionOptions): Promise<string> {
  const { hostname, port } = new URL(address);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

/** Waits up to ten seconds for a certificate to be shown. */
async function untilShown(address: string, { cert }: Pair): Promise<void> {
  const { fingerprint256 } = new X509Certificate(cert);
  const end = Date.now() + 10_000;
  while ((await shown(address, {})) !== fingerprint256) {
    assert.ok(Date.now() < end, 'The renewed certificate is not in use after ten seconds.');
    await setTimeout(100);
  }
}

const outdated = {
  minVersion: 'TLSv1',
  maxVersion: 'TLSv1.1',
  ciphers: 'ALL:@SECLEVEL=0',
} as const;

// Each waits for seconds, so they wait together.
describe('a renewed certificate', { concurrency: true }, () => {
  // Windows lets only some users make links.
  const possible = Object.entries(ways).slice(0, process.platform === 'win32' ? 2 : undefined);
  for (const [name, { first, renew }] of possible) {
    test(`is taken over when it is ${name}, and no connection is closed`, async (t) => {
      const folder = writeFiles(t, {})('.');
      const [old, renewed] = [makeCertificate(), makeCertificate()];
      first(folder, old);
      const live = join(folder, 'live');
      const { url, connect: open } = await start(t, {
        env: { PRIV_KEY: join(live, 'key.pem'), CERT_KEY: join(live, 'cert.pem') },
      });
      const socket = await open('/live', { ca: old.cert });
      renew(folder, renewed);
      await untilShown(url, renewed);
      assert.equal(await ask(socket, 'still here'), 'Echo: still here');
      const later = await open('/live', { ca: renewed.cert });
      assert.equal(await ask(later, 'hello'), 'Echo: hello');

      // What is not said again to Node's setSecureContext is lost.
      await assert.rejects(shown(url, outdated), /alert|version/i);
      const cbc = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' } as const;
      await assert.rejects(shown(url, cbc), /alert|handshake/i);
    });
  }

  test('is taken over on 127.0.0.1 and on ::1', async (t) => {
    const { url, files, log } = await start(t, { env: { HOST: 'localhost' } });
    if (log.lines.some(({ msg }) => /has no ::1/.test(msg))) return t.skip('no IPv6 here');
    const renewed = makeCertificate();
    writeFileSync(files('key.pem'), renewed.key);
    writeFileSync(files('cert.pem'), renewed.cert);
    await untilShown(url, renewed);
    await untilShown(url.replace('127.0.0.1', '[::1]'), renewed);
  });

  test('is refused when it could not be served, until its key is there, too', async (t) => {
    const { ca, url, files, log } = await start(t);
    const renewed = makeCertificate();
    writeFileSync(files('cert.pem'), renewed.cert);
    const line = await log.has(/^The renewed certificate is refused/);
    assert.match(JSON.stringify(line), /key\.pem does not belong to .*cert\.pem/);
    assert.equal(await shown(url, {}), new X509Certificate(ca).fingerprint256);
    writeFileSync(files('key.pem'), renewed.key);
    await untilShown(url, renewed);
  });
});
