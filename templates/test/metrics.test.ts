import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { makeCertificate } from './certificate.js';
import {
  answersTo,
  ask,
  closeCode,
  extension,
  next,
  outcome,
  project,
  start,
  startProgram,
  until,
  writeFiles,
} from './helper.js';
import { metricsUrl, scrape } from './scrape.js';

test('sockets, handshakes, messages and close codes are counted', async (t) => {
  const service = await start(t);
  const url = await metricsUrl(service);
  const socket = await service.connect();
  await answersTo(socket, ['a', 'Ü']);
  await ask(socket, Buffer.alloc(10));
  await assert.rejects(service.connect('/test-echo', { origin: 'https://evil.example' }), /403/);
  await assert.rejects(service.connect('/nothing'), /404/);
  await assert.rejects(service.connect('/test-echo', { protocolVersion: 8 }), /426/);
  const open = await scrape(url);
  assert.equal(open['websocket_connections'], 1);
  assert.equal(open['websocket_connections_limit'], service.app.settings.MAX_CONNECTIONS);
  assert.equal(open['service_ready'], 1);
  assert.equal(open['websocket_messages_total{direction="in"}'], 3);
  assert.equal(open['websocket_messages_total{direction="out"}'], 3);
  assert.equal(open['websocket_message_bytes_total{direction="in"}'], 1 + 2 + 10);
  assert.equal(open['websocket_message_bytes_total{direction="out"}'], 1 + 2 + 10);

  socket.close(4321);
  await next(socket, 'close');
  const count = async (name: string) => (await scrape(url))[name];
  await until(async () => (await count('websocket_closes_total{code="other"}')) === 1);
  const other = await service.connect();
  other.close(1000);
  await until(async () => (await count('websocket_closes_total{code="1000"}')) === 1);
  const total = await scrape(url);
  assert.equal(total['websocket_handshakes_total{outcome="opened",reason=""}'], 2);
  for (const reason of ['origin', 'no-route', 'version']) {
    const name = `websocket_handshakes_total{outcome="refused",reason="${reason}"}`;
    assert.equal(total[name], 1, name);
  }
});

test('a client that reads too slowly is counted', async (t) => {
  const service = await start(t, {
    env: { MAX_BUFFERED_BYTES: '65536' },
    addRoutes(app) {
      app.get('/test-flood', { websocket: true }, async (socket) => {
        while (socket.readyState === socket.OPEN) {
          socket.send(Buffer.alloc(65_536));
          await setImmediate();
        }
      });
    },
  });
  const url = await metricsUrl(service);
  const socket = await service.connect('/test-flood');
  socket.pause();
  const name = 'websocket_slow_readers_total{action="disconnect"}';
  await until(async () => (await scrape(url))[name] === 1);
});

test('a failed TLS handshake is counted', async (t) => {
  const service = await start(t);
  const url = await metricsUrl(service);
  await assert.rejects(service.connect('/test-echo', { ca: makeCertificate().cert }));
  await until(async () => (await scrape(url))['tls_handshake_failures_total'] === 1);
});

test('metrics are served while the service refuses connections, and while it stops', async (t) => {
  const told = new EventEmitter();
  const service = await start(t, {
    env: { MAX_CONNECTIONS: '1', SHUTDOWN_MS: '600000' },
    addRoutes(app) {
      app.get('/test-busy', { websocket: true }, (socket) => {
        socket.on('message', () => once(told, 'finish'));
      });
    },
  });
  const url = await metricsUrl(service);
  const socket = await service.connect('/test-busy');
  socket.send('work');
  await until(async () => (await scrape(url))['websocket_messages_total{direction="in"}'] === 1);
  await assert.rejects(service.connect(), /503/);
  const refused = 'websocket_handshakes_total{outcome="refused",reason="limit"}';
  assert.equal((await scrape(url))[refused], 1);

  const closed = service.app.close();
  // The handler has not finished, so the service waits.
  await until(() =>
    service.connect().then(
      () => false,
      () => true,
    ),
  );
  assert.equal((await scrape(url))['websocket_connections'], 1);
  told.emit('finish');
  assert.equal(await closeCode(socket), 1001);
  await closed;
  await assert.rejects(fetch(url));
});

test('only GET /metrics is answered', async (t) => {
  const url = await metricsUrl(await start(t));
  assert.equal((await fetch(`${url}?x=1`)).status, 200);
  assert.equal((await fetch(url, { method: 'POST', body: 'x' })).status, 404);
  assert.equal((await fetch(new URL('/', url))).status, 404);
});

test('an address in use ends the start with one line and exit code 1', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const at = writeFiles(t, { ...makeCertificate() });
  const env = {
    PRIV_KEY: at('key'),
    CERT_KEY: at('cert'),
    HOST: '127.0.0.1',
    PORT: '0',
    METRICS_PORT: String(port),
  };
  const program = join(project, 'src', `server${extension}`);
  const { code, stderr } = await outcome(startProgram(t, program, { cwd: at('.'), env }));
  const line = `Metrics cannot listen on METRICS_HOST 127.0.0.1, METRICS_PORT ${port}`;
  assert.deepEqual({ code, stderr }, { code: 1, stderr: `${line}: the port is in use.\n` });
});
