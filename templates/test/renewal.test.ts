import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import { makeCertificate, type Pair } from './certificate.js';
import { ask, start, until, writeFiles } from './helper.js';

/** Writes a pair into a folder as `key.pem` and `cert.pem`. */
function writePair(folder: string, { key, cert }: Pair): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'key.pem'), key);
  writeFileSync(join(folder, 'cert.pem'), cert);
}

/** Creates or renews `live/key.pem` and `live/cert.pem`. */
type Write = (folder: string, pair: Pair) => void;

const names = ['key.pem', 'cert.pem'];
const ways: Record<string, [first: Write, renew: Write]> = {
  'replaced by renaming': [
    (folder, pair) => writePair(join(folder, 'live'), pair),
    (folder, pair) => {
      writePair(join(folder, 'new'), pair);
      for (const name of names) renameSync(join(folder, 'new', name), join(folder, 'live', name));
    },
  ],
  'linked to another file, as certbot does': [linkTo('archive1'), linkTo('archive2')],
  'swapped under ..data, as Kubernetes does': [
    (folder, pair) => {
      writePair(join(folder, 'live', '..1'), pair);
      symlinkSync('..1', join(folder, 'live', '..data'));
      for (const name of names) symlinkSync(join('..data', name), join(folder, 'live', name));
    },
    (folder, pair) => {
      writePair(join(folder, 'live', '..2'), pair);
      symlinkSync('..2', join(folder, 'live', '..data_tmp'));
      renameSync(join(folder, 'live', '..data_tmp'), join(folder, 'live', '..data'));
    },
  ],
};

function linkTo(archive: string): Write {
  return (folder, pair) => {
    writePair(join(folder, archive), pair);
    rmSync(join(folder, 'live'), { recursive: true, force: true });
    mkdirSync(join(folder, 'live'));
    for (const name of names) symlinkSync(join('..', archive, name), join(folder, 'live', name));
  };
}

/** The fingerprint of the certificate that a new connection gets. */
async function shown(address: string, options: ConnectionOptions): Promise<string> {
  const { hostname, port } = new URL(address);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

/** Waits until new connections get this certificate. */
async function untilShown(address: string, { cert }: Pair): Promise<void> {
  const { fingerprint256 } = new X509Certificate(cert);
  await until(async () => (await shown(address, {})) === fingerprint256);
}

// Each test waits for seconds, so they run at the same time.
describe('a renewed certificate', { concurrency: true }, () => {
  // On Windows, only some users may create symbolic links.
  const possible = Object.entries(ways).slice(0, process.platform === 'win32' ? 1 : undefined);
  for (const [name, [first, renew]] of possible) {
    test(`is loaded when it is ${name}, and no connection is closed`, async (t) => {
      const folder = writeFiles(t, {})('.');
      const [old, renewed] = [makeCertificate(), makeCertificate()];
      first(folder, old);
      const live = join(folder, 'live');
      const { url, connect: open } = await start(t, {
        env: { PRIV_KEY: join(live, 'key.pem'), CERT_KEY: join(live, 'cert.pem') },
      });
      const socket = await open('/test-echo', { ca: old.cert });
      renew(folder, renewed);
      await untilShown(url, renewed);
      assert.equal(await ask(socket, 'still here'), 'still here');
      const later = await open('/test-echo', { ca: renewed.cert });
      assert.equal(await ask(later, 'hello'), 'hello');

      // Node's setSecureContext forgets options that are not passed again.
      const cbc = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' } as const;
      await assert.rejects(shown(url, cbc), /alert|handshake/i);
    });
  }

  test('is loaded when it is written in place, on 127.0.0.1 and on ::1', async (t) => {
    const { url, files, log } = await start(t, { env: { HOST: 'localhost' } });
    if (log.lines.some(({ msg }) => /has no ::1/.test(msg))) return t.skip('no IPv6 here');
    const renewed = makeCertificate();
    writePair(files('.'), renewed);
    await untilShown(url, renewed);
    await untilShown(url.replace('127.0.0.1', '[::1]'), renewed);
  });

  test('is not used while it is unusable, and loading is retried', async (t) => {
    const { app, ca, url, files, log } = await start(t);
    const [{ HOST }, renewed] = [app.settings, makeCertificate()];
    const refused = (reason: RegExp) =>
      until(() => log.lines.some((line) => reason.test(String(line.reason))));
    writeFileSync(files('cert.pem'), renewed.cert);
    await refused(/key\.pem does not belong to .*cert\.pem/);
    assert.equal(await shown(url, {}), new X509Certificate(ca).fingerprint256);

    app.settings.HOST = '192.0.2.1';
    writeFileSync(files('key.pem'), renewed.key);
    await refused(/neither HOST nor a host in DOMAINS/);
    // From here on no file changes.
    app.settings.HOST = HOST;
    await untilShown(url, renewed);
  });
});
