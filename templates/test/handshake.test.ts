import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { allowedOrigin, ask, next, start } from './helper.js';

const handshake = [
  'Host: app.example',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  `Origin: ${allowedOrigin}`,
];

/** Sends a handshake as it stands, and gives the first line of the answer. */
async function statusLine(url: string, first: string, headers: string[]): Promise<string> {
  const stream = connect(Number(new URL(url).port), '127.0.0.1');
  stream.write([first, ...headers, '\r\n'].join('\r\n'));
  const [answer] = await next(stream, 'data');
  stream.destroy();
  return String(answer).split('\r\n', 1)[0] ?? '';
}

test('a handshake is refused that is not as RFC 6455 says', async (t) => {
  const { url } = await start(t, { env: { HTTPS: 'false' } });
  const line = 'GET /live HTTP/1.1';
  const without = (name: string) => handshake.filter((header) => !header.startsWith(name));
  const version = (value: string) => [
    ...without('Sec-WebSocket-Version'),
    `Sec-WebSocket-Version: ${value}`,
  ];
  assert.match(await statusLine(url, line, handshake), / 101 /);
  assert.match(await statusLine(url, 'GET /live HTTP/1.0', handshake), / 505 /);
  assert.match(await statusLine(url, line, without('Host')), / 400 /);
  assert.match(await statusLine(url, line, [...handshake, 'Host: evil.example']), / 400 /);
  for (const value of ['8', '14', '13.0', '0xd']) {
    assert.match(await statusLine(url, line, version(value)), / 426 /, value);
  }
  assert.match(await statusLine(url, 'GET /% HTTP/1.1', handshake), / 400 /);
});

test('a test needs no port: app.injectWS works', async (t) => {
  const { app } = await start(t);
  const socket = await app.injectWS('/live', { headers: { origin: allowedOrigin } });
  assert.equal(await ask(socket, 'hello'), 'Echo: hello');
  socket.terminate();
});
