import { createServer as createPlain, type IncomingMessage, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { behave, handle, refuse, type Answering } from '../../scenarios/raw.js';
import { openScene, type Scene } from '../../scenarios/scene.js';
import { cli } from '../../support/cli.js';
import { createProfile, firefoxOpens, type Firefox } from '../../support/firefox.js';
import { describeWith } from '../../support/needs.js';
import { addTo } from '../../support/stores.js';

const page: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>A page</title>');
};

type Act = (request: IncomingMessage, socket: Duplex) => void;

/** A plain server with a page, which handles handshakes by hand. */
async function plain(scene: Scene, act: Act): Promise<string> {
  return `ws://localhost:${await scene.listen(handle(createPlain(page), act))}/live`;
}

function saying(answering: Answering): Act {
  return (request, socket) => behave(request, socket, answering);
}

/** A server with a page that announces WebSockets over HTTP/2, and answers them with a status. */
async function announcing(scene: Scene, status: number | undefined): Promise<string> {
  const { cert, key } = scene.leaf;
  const settings = { enableConnectProtocol: status !== undefined };
  const server = createSecureServer({ cert, key, allowHTTP1: true, settings });
  server.on('connect', () => undefined);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers[':method'] === 'CONNECT') {
      stream.respond({ ':status': status ?? 500 });
      return status === 200 ? undefined : stream.end();
    }
    stream.respond({ ':status': 200, 'content-type': 'text/html' });
    return stream.end('<!doctype html><title>A page</title>');
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => behave(request, socket));
  return `wss://localhost:${await scene.listen(server)}/live`;
}

type Row = [name: string, code: string | undefined, build: (scene: Scene) => Promise<string>];

/** What blocks according to doctor; undefined if nothing does. */
const rows: Row[] = [
  ['a correct server', undefined, (scene) => plain(scene, behave)],
  [
    'HTTP/1.0 101',
    'http-version',
    (scene) => plain(scene, saying({ status: 'HTTP/1.0 101 Switching Protocols' })),
  ],
  [
    'HTTP/2 101',
    'http-version',
    (scene) => plain(scene, saying({ status: 'HTTP/2 101 Switching Protocols' })),
  ],
  [
    'Sec-Fetch headers are refused',
    'browser-handshake',
    (scene) =>
      plain(scene, (request, socket) =>
        request.headers['sec-fetch-mode'] === 'websocket'
          ? refuse(socket, '403 Forbidden')
          : behave(request, socket),
      ),
  ],
  [
    "a browser's User-Agent is dropped",
    'browser-handshake',
    (scene) =>
      plain(scene, (request, socket) =>
        /Mozilla/.test(request.headers['user-agent'] ?? '')
          ? socket.destroy()
          : behave(request, socket),
      ),
  ],
  [
    'compression with an unknown parameter',
    'browser-handshake',
    (scene) =>
      plain(scene, (request, socket) =>
        request.headers['sec-websocket-extensions'] === undefined
          ? behave(request, socket)
          : behave(request, socket, {
              lines: ['Sec-WebSocket-Extensions: permessage-deflate; level=9'],
            }),
      ),
  ],
  ['LF line ends', undefined, (scene) => plain(scene, saying({ lineEnd: '\n' }))],
  [
    'invalid UTF-8',
    'not-a-websocket-server',
    (scene) => plain(scene, saying({ then: Buffer.from([0x81, 0x01, 0xff]) })),
  ],
  ['HTTP/2 WebSockets that are not announced', undefined, (scene) => announcing(scene, undefined)],
  ['HTTP/2 WebSockets that work', undefined, (scene) => announcing(scene, 200)],
  ['HTTP/2 WebSockets that get 502', 'http2-websocket', (scene) => announcing(scene, 502)],
];

describeWith(['firefox-esr', 'certutil'], 'doctor and a real Firefox', () => {
  const place: { scene?: Scene; urls: string[]; states: string[] } = { urls: [], states: [] };
  beforeAll(async () => {
    const scene = await openScene();
    const firefox: Firefox = { sandbox: scene.sandbox, profile: `${scene.sandbox.home}/firefox` };
    place.scene = scene;
    await createProfile(firefox);
    addTo(firefox.profile, { name: 'scenario', file: scene.caPath, flags: 'CT,,' });
    place.urls = await Promise.all(rows.map(([, , build]) => build(scene)));
    place.states = await firefoxOpens(firefox, place.urls);
  });
  afterAll(async () => {
    await place.scene?.end();
    await place.scene?.sandbox.remove();
  });

  it.each(rows.map(([name, code], index) => ({ name, code, index })))(
    'agree about $name',
    async ({ code, index }) => {
      const env = place.scene?.sandbox.env ?? {};
      const url = place.urls[index] ?? '';
      const { stdout } = await cli(['doctor', url, '--json'], { env, cwd: '/' });
      const { verdicts }: { verdicts: { code: string; severity: string }[] } = JSON.parse(stdout);
      const blocking = verdicts.filter(({ severity }) => severity === 'blocking');
      expect(
        blocking.map((verdict) => verdict.code),
        stdout,
      ).toEqual(code === undefined ? [] : [code]);
      expect(place.states[index] === 'open', place.states[index]).toBe(code === undefined);
    },
  );
});
