import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { WebSocket } from 'ws';
import {
  allowedOrigin,
  ask,
  clientHeaders,
  closeCode,
  heard,
  next,
  start,
  until,
} from './helper.js';

const handshake = [
  'Host: app.example',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  `Origin: ${allowedOrigin}`,
  ...Object.entries(clientHeaders).map(([name, value]) => `${name}: ${value}`),
];

/** A raw HTTP request. */
const lines = (first: string, headers: string[]) => [first, ...headers, '\r\n'].join('\r\n');

/** Sends a handshake, and returns the status line of the answer. */
async function statusLine(port: number, first: string, headers: string[]): Promise<string> {
  const stream = connect(port, '127.0.0.1');
  stream.write(lines(first, headers));
  const [answer] = await next(stream, 'data');
  stream.destroy();
  return String(answer).split('\r\n', 1)[0] ?? '';
}

test('a handshake that violates RFC 6455 is refused', async (t) => {
  const { port } = await start(t, { env: { HTTPS: 'false' } });
  const line = 'GET /test-echo HTTP/1.1';
  const without = (name: string) => handshake.filter((header) => !header.startsWith(name));
  const version = (value: string) => [
    ...without('Sec-WebSocket-Version'),
    `Sec-WebSocket-Version: ${value}`,
  ];
  assert.match(await statusLine(port, line, handshake), / 101 /);
  assert.match(await statusLine(port, 'GET /test-echo HTTP/1.0', handshake), / 505 /);
  assert.match(await statusLine(port, line, without('Host')), / 400 /);
  assert.match(await statusLine(port, line, [...handshake, 'Host: evil.example']), / 400 /);
  for (const value of ['8', '14', '13.0', '0xd']) {
    assert.match(await statusLine(port, line, version(value)), / 426 /, value);
  }
  assert.match(await statusLine(port, 'GET /% HTTP/1.1', handshake), / 400 /);
});

test('a test needs no port: app.injectWS works', async (t) => {
  const { app } = await start(t);
  const headers = { origin: allowedOrigin, ...clientHeaders };
  const socket = await app.injectWS('/test-echo', { headers });
  assert.equal(await ask(socket, 'hello'), 'hello');
  socket.terminate();
});

test('unsupported subprotocols are refused with 400, and not logged', async (t) => {
  const { connect: open, log } = await start(t);
  for (const offer of ['secret', 'secret, other-secret']) {
    const headers = { 'sec-websocket-protocol': offer };
    await assert.rejects(open('/test-echo', { headers }), /response: 400/);
  }
  const { statusCode } = await log.has(
    /^The client only offers unsupported subprotocols \(supported: none\)/,
  );
  assert.equal(statusCode, 400);
  assert.doesNotMatch(JSON.stringify(log.lines), /secret/);
});

test('an upgrade after a finished answer is accepted, but one in the same packet ends its stream', async (t) => {
  const { app, port } = await start(t, { env: { HTTPS: 'false' } });
  const get = lines('GET /healthz HTTP/1.1', ['Host: app.example']);
  const upgrade = lines('GET /test-echo HTTP/1.1', handshake);
  const patient = connect(port, '127.0.0.1');
  patient.write(get);
  assert.match(String((await next(patient, 'data'))[0]), /^HTTP\/1\.1 200 /);
  patient.write(upgrade);
  assert.match(String((await next(patient, 'data'))[0]), /^HTTP\/1\.1 101 /);
  patient.destroy();

  const pipelined = connect(port, '127.0.0.1').resume();
  pipelined.on('error', () => {});
  pipelined.write(get + upgrade);
  await next(pipelined, 'close');
  await until(() => app.websocketServer.clients.size === 0);
});

function addReadmeRoute(app: FastifyInstance): void {
  app.route({
    method: 'GET',
    url: '/test-hello',
    handler: (_request, reply) => {
      reply.send({ hello: 'world' });
    },
    wsHandler: (socket) => {
      socket.send('hello client');
      socket.once('message', () => {
        socket.close();
      });
    },
  });
}

test('a handler as in the README of @fastify/websocket works', async (t) => {
  const { app, url, ca } = await start(t, { addRoutes: addReadmeRoute });
  assert.deepEqual((await app.inject('/test-hello')).json(), { hello: 'world' });
  const headers = clientHeaders;
  const socket = new WebSocket(`${url}/test-hello`, { ca, origin: allowedOrigin, headers });
  assert.equal(await heard(socket), 'hello client');
  socket.send('bye');
  assert.equal(await closeCode(socket), 1005);
});
