import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { ask, next, start } from './helper.js';

test('the lines of a connection share an id, and hold no token and no message', async (t) => {
  const service = await start(t, { env: { LOG_LEVEL: 'trace' } });
  const headers = { cookie: 'session=secret-1', authorization: 'Bearer secret-2' };
  const socket = await service.connect('/live?token=secret-3', { headers });
  await ask(socket, 'secret-4');
  socket.close(1000, 'secret-5');
  const closed = await service.log.has(/^socket closed$/);
  assert.equal(closed.code, 1000);
  const own = service.log.lines.filter(({ reqId }) => reqId === closed.reqId);
  assert.deepEqual(
    own.map(({ msg }) => msg),
    ['incoming request', 'WebSocket handshake', 'socket closed'],
  );
  assert.doesNotMatch(JSON.stringify(service.log.lines), /secret/);
});

test('an address that leads nowhere leaves no token in the log', async (t) => {
  const { app, connect: open, log } = await start(t, { env: { LOG_LEVEL: 'trace' } });
  for (const url of ['/nowhere?token=secret', '/%?token=secret', '/rooms/a%20b?token=secret']) {
    const { statusCode, body } = await app.inject(url);
    assert.ok(statusCode === 404 || statusCode === 400, url);
    assert.doesNotMatch(body, /secret/);
    await assert.rejects(open(url), /response: 40[04]/);
  }
  assert.doesNotMatch(JSON.stringify(log.lines), /secret/);
});

test('level trace shows the headers of the upgrade', async (t) => {
  const { connect: open, log } = await start(t, { env: { LOG_LEVEL: 'trace' } });
  await open();
  const { headers } = await log.has(/^WebSocket handshake$/);
  assert.match(JSON.stringify(headers), /"upgrade":"websocket","connection":"Upgrade"/);
});

test('level info does not', async (t) => {
  const { connect: open, log } = await start(t);
  (await open()).close();
  await log.has(/^socket closed$/);
  assert.ok(!log.lines.some(({ headers }) => headers));
});

test('a refused handshake is logged with its origin and its address', async (t) => {
  const { connect: open, log } = await start(t);
  const origin = 'https://evil.example';
  await assert.rejects(open('/live', { origin }), /403/);
  const line = await log.has(/^The origin .* is not listed in DOMAINS/);
  assert.equal(line.origin, origin);
  assert.equal(line.ip, '127.0.0.1');
});

test('a client that does not trust the certificate is explained', async (t) => {
  const { url, log } = await start(t);
  // Node leaves without a word when it does not trust. Browsers and curl send the alert 48, which
  // is readable before the ciphers of TLS 1.2 are in use.
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  client.write(await clientHello());
  await next(client, 'data');
  client.end(Buffer.from('15030300020230', 'hex'));
  const line = await log.has(/^A client could not connect\. It does not trust our certificate\./);
  assert.equal(line.remoteAddress, '127.0.0.1');
});

/** The first thing that a client of TLS 1.2 says. */
async function clientHello(): Promise<Buffer> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  assert.ok(typeof address === 'object' && address !== null);
  const client = connectTls({ port: address.port, host: '127.0.0.1', maxVersion: 'TLSv1.2' });
  client.on('error', () => {});
  const [stream] = await once(listener, 'connection');
  const [hello] = await once(stream, 'data');
  client.destroy();
  stream.destroy();
  listener.close();
  return hello;
}

test('a client that speaks ws:// to the TLS port is explained', async (t) => {
  const { url, log } = await start(t);
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  client.end('GET /live HTTP/1.1\r\n\r\n');
  await log.has(/It spoke http:\/\/ or ws:\/\/ to a port that speaks TLS\.$/);
});

test('a client that speaks wss:// to the plain port is explained', async (t) => {
  const { url, log } = await start(t, { env: { HTTPS: 'false' } });
  const client = connectTls({ port: Number(new URL(url).port), host: '127.0.0.1' });
  await assert.rejects(once(client, 'secureConnect'));
  await log.has(/It spoke https:\/\/ or wss:\/\/ to a port that speaks plain HTTP\.$/);
});

test('a certificate that ends soon is warned of, and no other', async (t) => {
  const soon = await start(t, { days: 0.1 });
  await soon.log.has(/ ends on .*\. Renew it\.$/);
  const later = await start(t);
  assert.ok(!later.log.lines.some(({ msg }) => /Renew it/.test(msg)));
});
