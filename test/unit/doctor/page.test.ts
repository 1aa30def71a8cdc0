import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../templates/test/certificate.js';
import { readPage } from '../../../src/doctor/probes/page.js';

const html = { 'content-type': 'text/html' };
const none = `<meta http-equiv="Content-Security-Policy" content="connect-src 'none'">`;
const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

async function listen(server: Server): Promise<string> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  ends.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `localhost:${typeof address === 'object' ? address?.port : ''}`;
}

async function served(answer: RequestListener): Promise<string> {
  return `http://${await listen(createServer(answer))}/`;
}

/** A server that does the same with each connection. */
async function rude(act: (socket: Socket) => void): Promise<string> {
  return `http://${await listen(createTcpServer(act))}/`;
}

function read(url: string, limit = 2000, cancel = new AbortController().signal) {
  return readPage(url, { limit, cancel });
}

describe('a page that is read', () => {
  it('returns its URL and every enforced policy', async () => {
    const url = await served((_request, response) => {
      response.writeHead(200, [
        'Content-Security-Policy',
        "connect-src 'self', default-src *",
        'content-security-policy',
        'sandbox',
        'Content-Security-Policy-Report-Only',
        "connect-src 'none'",
        'Content-Type',
        'text/html',
      ]);
      response.write(`<html><head><style>${'a{}'.repeat(4000)}</style>`);
      response.end(`${none}<body>${'text '.repeat(40_000)}`);
    });
    expect(await read(url)).toEqual({
      url,
      address: '127.0.0.1',
      status: 200,
      policies: [
        { text: "connect-src 'self', default-src *, sandbox", from: 'header' },
        { text: "connect-src 'none'", from: 'document' },
      ],
    });
  });

  it('may have any status and any certificate, and be incomplete', async () => {
    const server = createSecureServer(makeCertificate(), (_request, response) => {
      response.writeHead(404, html);
      response.write(`${none}<p>`);
    });
    const url = `https://${await listen(server)}/`;
    const { policies, error } = await read(url, 300);
    expect([policies.length, error]).toEqual([1, undefined]);
  });

  it('has no <meta> if it is not HTML', async () => {
    const url = await served((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end(none);
    });
    expect((await read(url)).policies).toEqual([]);
  });

  it('is found after redirects', async () => {
    const url = await served(({ url: path = '' }, response) => {
      const left = Number.parseInt(path.slice(1), 10);
      response.writeHead(left > 0 ? 307 : 200, left > 0 ? { location: `/${left - 1}?a` } : html);
      response.end();
    });
    expect((await read(`${url}5`)).url).toBe(`${url}0?a`);
    expect((await read(`${url}6`)).error).toBe('more than 5 redirects');
  });

  it('may come after interim responses', async () => {
    const url = await rude((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nContent-Security-Policy: sandbox\r\n\r\n');
      socket.end('HTTP/1.1 200 OK\r\nContent-Security-Policy: default-src *\r\n\r\n');
    });
    expect((await read(url)).policies).toEqual([{ text: 'default-src *', from: 'header' }]);
  });

  it.each([
    ['nonsense', 'the URL is invalid'],
    ['ftp://localhost/', 'the URL is neither http:// nor https://'],
    ['http://no-such-name.invalid/', /^no address for no-such-name.invalid \(\w+\)$/],
    ['http://127.0.0.1:9/', 'ECONNREFUSED from 127.0.0.1'],
  ])('reports why %s cannot be fetched', async (url, error) => {
    expect((await read(url)).error).toMatch(error);
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ['is silent', () => undefined, 'no answer in time from 127.0.0.1'],
    ['disconnects', (socket) => socket.destroy(), 'no HTTP answer from 127.0.0.1'],
    [
      'uses another protocol',
      (socket) => socket.end('SSH-2.0-x\r\n'),
      'no HTTP answer from 127.0.0.1',
    ],
    [
      'sends endless headers',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const more = (): void =>
          void (socket.writable && socket.write('A: b\r\n'.repeat(2000), more));
        more();
      },
      'no HTTP answer from 127.0.0.1',
    ],
    [
      'redirects to a javascript: URL',
      (socket) => socket.end('HTTP/1.1 302 Found\r\nLocation: javascript:alert(1)\r\n\r\n'),
      'the URL is neither http:// nor https://',
    ],
    [
      'redirects to an invalid URL',
      (socket) => socket.end('HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n'),
      'a redirect to an invalid URL',
    ],
  ])('ends if the server %s', async (_name, act, error) => {
    // Only silence needs the limit.
    const limit = error.startsWith('no answer in time') ? 300 : 20_000;
    expect((await read(await rude(act), limit)).error).toBe(error);
  });

  it('uses TLS if the URL does', async () => {
    const url = await rude((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { error } = await read(url.replace('http:', 'https:'));
    expect(error).toMatch(/^\w+ from 127\.0\.0\.1, ECONNREFUSED from ::1$/);
  });

  it('is cancelled with the diagnosis', async () => {
    const stop = new AbortController();
    const url = await rude(() => setTimeout(() => stop.abort(), 50));
    expect((await read(url, 60_000, stop.signal)).error).toBe('no HTTP answer from 127.0.0.1');
  });
});
