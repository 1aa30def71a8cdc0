import { once } from 'node:events';
import { connect as connectPlain, createServer as createRelay, type Server } from 'node:net';
import { connect, createServer, type SecureVersion } from 'node:tls';
import { expect, it } from 'vitest';
import { isBrokenTls } from '../../../src/doctor/probes/server-flight.js';
import { make } from '../../support/pki.js';

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** What a real server sends in a handshake with one version of TLS. */
async function flightOf(version: SecureVersion): Promise<Buffer> {
  const { cert, key } = await make({ name: 'CN=leaf', hosts: ['localhost'] });
  const server = createServer({ cert, key });
  const received: Buffer[] = [];
  const relay = createRelay((near) => {
    const far = connectPlain(portOf(server), '127.0.0.1');
    far.on('data', (chunk: Buffer) => received.push(chunk));
    far.on('error', () => undefined);
    near.on('error', () => undefined);
    near.pipe(far).pipe(near);
  });
  for (const each of [server, relay]) {
    each.listen(0, '127.0.0.1');
    // oxlint-disable-next-line no-await-in-loop -- the relay needs the server
    await once(each, 'listening');
  }
  const socket = connect({
    port: portOf(relay),
    host: '127.0.0.1',
    rejectUnauthorized: false,
    minVersion: version,
    maxVersion: version,
  });
  await once(socket, 'secureConnect');
  socket.destroy();
  server.close();
  relay.close();
  return Buffer.concat(received);
}

it.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'accepts every beginning of a flight of %s',
  async (version) => {
    const flight = await flightOf(version);
    expect(flight.length).toBeGreaterThan(500);
    const lengths = Array.from({ length: flight.length + 1 }, (_none, length) => length);
    expect(lengths.filter((length) => isBrokenTls(flight.subarray(0, length)))).toEqual([]);
  },
);

it('accepts an alert, and a ServerHello without extensions or in several records', () => {
  const body = Buffer.concat([
    Buffer.from([2, 0, 0, 38, 3, 3]),
    Buffer.alloc(33),
    Buffer.from([0xc0, 0x2f, 0]),
  ]);
  const record = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([22, 3, 3, 0, bytes.length]), bytes]);
  const parts = Buffer.concat([record(body.subarray(0, 3)), record(body.subarray(3))]);
  const all = [record(body), parts, Buffer.from([21, 3, 3, 0, 2, 2, 40]), Buffer.alloc(0)];
  expect(all.map(isBrokenTls)).toEqual([false, false, false, false]);
});

it('refuses every flight with a wrong byte where TLS leaves no choice', async () => {
  const flight = await flightOf('TLSv1.2');
  // The record's type, version and length; the message's type and length; the version; the session; the compression.
  const session = flight[43] ?? 0;
  for (const at of [0, 1, 3, 5, 6, 7, 9, 43, 46 + session, 47 + session]) {
    const changed = Buffer.from(flight);
    changed[at] = 0x99;
    expect(isBrokenTls(changed), `byte ${at}`).toBe(true);
  }
});

it.each(['SSH-2.0-OpenSSH_9.2\r\n', 'HTTP/1.1 400 Bad Request\r\n', '\0', '\u0016\u0009', '-ERR'])(
  'refuses what another service says: %j',
  (text) => {
    expect(isBrokenTls(Buffer.from(text, 'latin1'))).toBe(true);
  },
);
