import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { pathOf, printable } from '../src/lib/log.js';
import { ask, next, start, until } from './helper.js';

test('the lines of a connection share an id, and contain no token and no message', async (t) => {
  const service = await start(t, { env: { LOG_LEVEL: 'trace' } });
  const headers = { cookie: 'session=secret-1', 'proxy-authorization': 'Bearer secret-2' };
  const socket = await service.connect('/test-echo?token=secret-3', { headers });
  await ask(socket, 'secret-4');
  socket.close(1000, 'secret-5');
  const closed = await service.log.has(/^socket closed$/);
  assert.equal(closed.code, 1000);
  const own = service.log.lines.filter(({ reqId }) => reqId === closed.reqId);
  assert.deepEqual(
    own.map(({ msg }) => msg),
    ['WebSocket handshake', 'socket opened', 'socket closed'],
  );
  assert.match(JSON.stringify(own[0]), /"upgrade":"websocket","connection":"Upgrade"/);
  assert.doesNotMatch(JSON.stringify(service.log.lines), /secret/);
});

test('a URL without a route leaves no token in the log', async (t) => {
  const { app, connect: open, log } = await start(t, { env: { LOG_LEVEL: 'trace' } });
  for (const url of ['/nowhere?token=secret', '/%?token=secret', '/test-echo/a%20b?token=secret']) {
    const { statusCode, body } = await app.inject(url);
    assert.ok(statusCode === 404 || statusCode === 400, url);
    assert.doesNotMatch(body, /secret/);
    await assert.rejects(open(url), /response: 40[04]/);
  }
  assert.doesNotMatch(JSON.stringify(log.lines), /secret/);
});

test('the content of a malformed request is not logged', async (t) => {
  const { port, log } = await start(t, { env: { LOG_LEVEL: 'trace', HTTPS: 'false' } });
  const client = connect(port, '127.0.0.1').resume();
  client.write('GET /?token=secret HTTP/1.1\r\nAuthorization: Bearer secret\r\nno header\r\n\r\n');
  await next(client, 'close');
  await until(() => log.lines.some(({ err }) => err));
  assert.doesNotMatch(JSON.stringify(log.lines), /secret|rawPacket/);
});

test('only the path of a URL is logged', () => {
  const address = 'http://user:password@app.example/a/b;session=1?token=2#part';
  assert.equal(pathOf(address), '/a/b');
  assert.equal(pathOf('/live?token=https://other.example/'), '/live');
});

test('control characters for terminals are escaped', () => {
  assert.equal(printable('a\u009bb\u202ec\u2066d\u007f'), 'a\\u009bb\\u202ec\\u2066d\\u007f');
  assert.equal(printable('Grüße 日本 🚀'), 'Grüße 日本 🚀');
});

test('mistakes of clients are not logged as errors', async (t) => {
  const { app, port, connect: open, log } = await start(t, { env: { HTTPS: 'false' } });
  await app.inject({ method: 'POST', url: '/nowhere', payload: { a: 1 } });
  await assert.rejects(open('/nowhere'), /404/);
  await assert.rejects(open('/test-echo', { origin: 'null' }), /403/);
  connect(port, '127.0.0.1')
    .on('error', () => {})
    .end('nonsense\r\n\r\n');
  const socket = await open();
  Reflect.get(socket, '_socket').write('no frame');
  await next(socket, 'close');
  await log.has(/^The connection broke\.$/);
  await log.has(/^socket closed$/);
  assert.ok(log.lines.every(({ level }) => level < 50));
});

test('at level info, there is one line per request and two per socket', async (t) => {
  const { app, connect: open, log } = await start(t);
  const before = log.lines.length;
  await app.inject('/healthz?token=secret');
  (await open()).close();
  await log.has(/^socket closed$/);
  assert.deepEqual(
    log.lines.slice(before).map(({ msg }) => msg),
    ['GET /healthz 200', 'socket opened', 'socket closed'],
  );
});

test('a refused handshake is logged with the origin and the address', async (t) => {
  const { connect: open, log } = await start(t);
  const origin = 'https://evil.example';
  await assert.rejects(open('/test-echo', { origin }), /403/);
  const line = await log.has(/^The origin .* is not listed in DOMAINS/);
  assert.equal(line.origin, origin);
  assert.equal(line.ip, '127.0.0.1');
});

test('the log explains that a client does not trust the certificate', async (t) => {
  const { port, log } = await start(t);
  // Node sends no alert when it does not trust a certificate. Browsers and curl send alert 48, which
  // TLS 1.2 does not encrypt at this point.
  const client = connect(port, '127.0.0.1');
  const write = (hello: Buffer) => client.write(hello);
  connectTls({ socket: new Duplex({ read() {}, write }), maxVersion: 'TLSv1.2' });
  await next(client, 'data');
  client.end(Buffer.from('15030300020230', 'hex'));
  const line = await log.has(/^A client could not connect\. It does not trust the certificate\./);
  assert.equal(line.remoteAddress, '127.0.0.1');
});

test('the log explains ws:// on a TLS port', async (t) => {
  const { port, log } = await start(t);
  const client = connect(port, '127.0.0.1');
  client.end('GET /live HTTP/1.1\r\n\r\n');
  await log.has(/It used http:\/\/ or ws:\/\/ on a port that expects TLS\.$/);
});

test('the log explains wss:// on a plain HTTP port', async (t) => {
  const { port, log } = await start(t, { env: { HTTPS: 'false' } });
  const client = connectTls({ port, host: '127.0.0.1' });
  await assert.rejects(once(client, 'secureConnect'));
  await log.has(/It used https:\/\/ or wss:\/\/ on a port that expects plain HTTP\.$/);
});

test('the log warns only of a certificate that expires soon', async (t) => {
  const soon = await start(t, { days: 0.1 });
  await soon.log.has(/ expires on .*\. Renew it\.$/);
  const later = await start(t);
  assert.ok(!later.log.lines.some(({ msg }) => /Renew it/.test(msg)));
});
