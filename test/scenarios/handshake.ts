import { createServer as createPlain, type IncomingMessage } from 'node:http';
import { createSecureServer } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  accept,
  answerFrames,
  behave,
  handle,
  raw,
  rawSecure,
  refuse,
  type Answering,
} from './raw.js';
import { plainEcho } from './echo.js';
import { at, type Call, type Scenario, type Scene } from './scene.js';

const short = ['--timeout', '1'];

/** A server that refuses handshakes with this header. */
function without(scene: Scene, name: string, value: RegExp): Promise<Call> {
  return raw(scene, (request, socket) =>
    value.test(String(request.headers[name] ?? ''))
      ? refuse(socket, '403 Forbidden')
      : behave(request, socket),
  );
}

/** A server that only accepts handshakes with this header. */
function only(scene: Scene, name: string, value: RegExp, ...more: string[]): Promise<Call> {
  return raw(
    scene,
    (request, socket) =>
      value.test(String(request.headers[name] ?? ''))
        ? behave(request, socket)
        : refuse(socket, '403 Forbidden', 'error code: 1010'),
    ...more,
  );
}

/** A plain server whose answer has another form. */
function saying(scene: Scene, answering: Answering): Promise<Call> {
  return raw(scene, (request, socket) => behave(request, socket, answering));
}

/** A plain server that sends bytes on the open socket. */
function sending(scene: Scene, ...bytes: (number[] | string)[]): Promise<Call> {
  const then = Buffer.concat(bytes.map((each) => Buffer.from(each as string)));
  return saying(scene, { then });
}

/** A server behind a front that reads only the first piece of a ClientHello. */
async function behindFront(scene: Scene, drop: (socket: Socket) => void): Promise<Call> {
  const inner = await scene.listen(rawSecure(scene, behave));
  const front = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (hello) => {
      if (hello.length > 1400) {
        drop(socket);
        return;
      }
      const upstream = connect(inner, '127.0.0.1', () => {
        upstream.write(hello);
        socket.pipe(upstream).pipe(socket);
      }).on('error', () => socket.destroy());
      socket.on('close', () => upstream.destroy());
    });
  });
  return at(`wss://localhost:${await scene.listen(front)}/`, ...short);
}

/** The part of an extended CONNECT's stream that the server uses. */
interface Stream {
  respond: (headers: Record<string, number>) => void;
  end: () => void;
}

/** An HTTP/2 server that also speaks HTTP/1.1, and announces WebSockets over HTTP/2. */
async function announcing(scene: Scene, act: (stream: Stream) => void): Promise<Call> {
  const { cert, key } = scene.leaf;
  const settings = { enableConnectProtocol: true };
  const server = createSecureServer({ cert, key, allowHTTP1: true, settings });
  server.on('connect', () => undefined);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers[':method'] === 'CONNECT') {
      act(stream);
    }
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const isOwn = new URL(request.headers.origin ?? 'http://none').host === request.headers.host;
    (isOwn ? behave : (_request: unknown, other: Duplex) => refuse(other, '403 Forbidden'))(
      request,
      socket,
    );
  });
  return at(`wss://localhost:${await scene.listen(server)}/`);
}

const protocol = 'sec-websocket-protocol';
const later = 'Wed, 21 Oct 2099 07:28:00 GMT';

export const handshakeScenarios: Scenario[] = [
  {
    name: 'headers of more than 4 kB are refused',
    codes: ['headers-too-large', 'healthy'],
    build: async (scene) => {
      const server = createPlain({ maxHeaderSize: 4096 });
      server.on('clientError', (_error, socket) => refuse(socket, '431 Too Large'));
      return at(`ws://localhost:${await scene.listen(handle(server, behave))}/`);
    },
  },
  {
    name: 'a handshake with large cookies is dropped',
    codes: ['headers-too-large', 'healthy'],
    build: (scene) =>
      raw(scene, (request, socket) =>
        (request.headers.cookie ?? '').length > 2000 ? socket.destroy() : behave(request, socket),
      ),
  },
  {
    name: 'the cookies of the page are more than the server takes',
    codes: ['headers-too-large', 'origin-unchecked'],
    build: async (scene) => {
      const pages = createPlain((_request, response) => {
        response.setHeader(
          'set-cookie',
          ['a', 'b'].map((name) => `${name}=${'x'.repeat(2500)}; Expires=${later}`),
        );
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>A page</title>');
      });
      const page = `http://localhost:${await scene.listen(pages)}/`;
      const server = createPlain({ maxHeaderSize: 4096 }).on('upgrade', behave);
      server.on('clientError', (_error, socket) => refuse(socket, '431 Too Large'));
      return at(`ws://localhost:${await scene.listen(server)}/`, '--page', page);
    },
  },
  {
    name: "a browser's User-Agent is refused",
    codes: ['browser-handshake'],
    build: (scene) => without(scene, 'user-agent', /Mozilla/),
  },
  {
    name: 'Accept-Encoding is refused',
    codes: ['browser-handshake'],
    build: (scene) => without(scene, 'accept-encoding', /./),
  },
  {
    name: 'Sec-Fetch headers are refused',
    codes: ['browser-handshake'],
    build: (scene) => without(scene, 'sec-fetch-mode', /websocket/),
  },
  {
    name: 'compression is answered with an unknown parameter',
    codes: ['browser-handshake'],
    build: (scene) =>
      raw(scene, (request, socket) => {
        const offers = request.headers['sec-websocket-extensions'] !== undefined;
        const lines = ['Sec-WebSocket-Extensions: permessage-deflate; level=9'];
        behave(request, socket, offers ? { lines } : {});
      }),
  },
  {
    name: 'a handshake that offers compression is not answered',
    codes: ['browser-handshake'],
    build: (scene) =>
      raw(
        scene,
        (request, socket) =>
          request.headers['sec-websocket-extensions'] === undefined && behave(request, socket),
        ...short,
      ),
  },
  {
    name: 'the socket breaks if compression was agreed on',
    codes: ['browser-handshake'],
    build: (scene) =>
      raw(scene, (request, socket) => {
        const offers = request.headers['sec-websocket-extensions'] !== undefined;
        const lines = ['Sec-WebSocket-Extensions: permessage-deflate'];
        behave(request, socket, offers ? { lines, then: Buffer.from([0xb1, 0x01, 0x00]) } : {});
      }),
  },
  {
    name: 'two parts of a browser handshake are refused',
    codes: ['browser-handshake'],
    build: (scene) =>
      raw(scene, (request, socket) => {
        const { 'user-agent': agent = '', 'sec-websocket-extensions': offer } = request.headers;
        const refused = /Mozilla/.test(agent) || offer !== undefined;
        return refused ? refuse(socket, '400 Bad Request') : behave(request, socket);
      }),
  },
  {
    name: 'a large ClientHello is reset',
    codes: ['large-client-hello'],
    build: (scene) => behindFront(scene, (socket) => socket.resetAndDestroy()),
  },
  {
    name: 'a large ClientHello gets no answer',
    codes: ['large-client-hello'],
    build: (scene) => behindFront(scene, () => undefined),
  },
  {
    name: 'only browsers are let in, by their User-Agent',
    codes: ['programs-refused', 'healthy'],
    build: (scene) => only(scene, 'user-agent', /Mozilla/),
  },
  {
    name: 'only browsers are let in, by their language',
    codes: ['programs-refused', 'healthy'],
    build: (scene) =>
      raw(scene, (request, socket) =>
        request.headers['accept-language'] === undefined
          ? socket.destroy()
          : behave(request, socket),
      ),
  },
  {
    name: 'the first handshake is refused, and later ones are not',
    codes: ['connections-limited', 'healthy'],
    likely: true,
    unasked: 'only the first handshake fails',
    counts: true,
    build: (scene) => {
      const counted = { handshakes: 0 };
      return raw(scene, (request, socket) => {
        counted.handshakes += 1;
        if (counted.handshakes === 1) {
          refuse(socket, '502 Bad Gateway');
          return;
        }
        behave(request, socket);
      });
    },
  },
  {
    name: 'one socket at a time',
    codes: ['connections-limited', 'healthy'],
    likely: true,
    unasked: 'the clients connect at the same time',
    counts: true,
    build: (scene) => {
      const open = new Set<Duplex>();
      return raw(scene, (request, socket) => {
        if (open.size > 0) {
          refuse(socket, '503 Service Unavailable');
          return;
        }
        open.add(socket);
        socket.on('close', () => open.delete(socket));
        behave(request, socket);
      });
    },
  },
  {
    name: 'one handshake, and 429 for all others',
    codes: ['connections-limited', 'healthy'],
    likely: true,
    unasked: 'the limit counts all clients',
    counts: true,
    build: (scene) => {
      const counted = { handshakes: 0 };
      return raw(scene, (request, socket) => {
        counted.handshakes += 1;
        return counted.handshakes > 1
          ? refuse(socket, '429 Too Many Requests')
          : behave(request, socket);
      });
    },
  },
  {
    name: 'a header that pages cannot send',
    codes: ['header-not-for-pages', 'healthy'],
    build: (scene) => only(scene, 'x-key', /^1, 2$/, '--header', 'X-Key: 1, 2'),
  },
  {
    name: 'user name and password in the URL',
    codes: ['credentials-not-sent'],
    build: async (scene) => {
      const { args } = await only(scene, 'authorization', /^Basic dTpwQA==$/);
      return at(String(args[0]).replace('://', '://u:p%40@'));
    },
  },
  {
    name: 'user name and password in the URL, which the server asks for',
    codes: ['healthy'],
    build: async (scene) => {
      const challenge = '401 Unauthorized\r\nWWW-Authenticate: Basic realm="test"';
      const { args } = await raw(scene, (request, socket) =>
        request.headers.authorization === 'Basic dTpw'
          ? behave(request, socket)
          : refuse(socket, challenge),
      );
      return at(String(args[0]).replace('://', '://u:p@'));
    },
  },
  {
    name: 'a cookie is required, and given',
    codes: ['healthy'],
    build: (scene) => only(scene, 'cookie', /^s=1; t=2/, '--cookie', 's=1', '--cookie', 't=2'),
  },
  {
    name: 'compression is chosen without being offered',
    codes: ['healthy'],
    build: (scene) => saying(scene, { lines: ['Sec-WebSocket-Extensions: permessage-deflate'] }),
  },
  {
    name: 'a subprotocol is chosen that was not offered',
    codes: ['subprotocol'],
    build: (scene) => saying(scene, { lines: ['Sec-WebSocket-Protocol: mqtt'] }),
  },
  {
    name: 'a subprotocol is required',
    codes: ['subprotocol'],
    build: (scene) =>
      raw(scene, (request, socket) =>
        /\bmqtt\b/.test(request.headers[protocol] ?? '')
          ? behave(request, socket, { lines: ['Sec-WebSocket-Protocol: mqtt'] })
          : refuse(socket, '400 Bad Request', 'Unknown subprotocol.'),
      ),
  },
  {
    name: 'a subprotocol is required, and the whole offer is repeated',
    codes: ['subprotocol'],
    build: (scene) =>
      raw(scene, (request, socket) => {
        const offer = request.headers[protocol];
        return offer === undefined
          ? socket.destroy()
          : behave(request, socket, { lines: [`Sec-WebSocket-Protocol: ${offer}`] });
      }),
  },
  {
    name: 'the offered subprotocol is not taken up',
    codes: ['subprotocol'],
    build: async (scene) => {
      const { args } = await raw(scene, behave);
      return at(...(args as [string]), '--protocol', 'chat');
    },
  },
  {
    name: 'the offered subprotocol is taken up',
    codes: ['healthy'],
    build: async (scene) => {
      const port = await scene.listen(plainEcho({ handleProtocols: () => 'chat' }));
      return at(`ws://localhost:${port}/`, '--protocol', 'other,chat');
    },
  },
  {
    name: 'HTTP/1.0 101',
    codes: ['http-version'],
    build: (scene) => saying(scene, { status: 'HTTP/1.0 101 Switching Protocols' }),
  },
  {
    name: 'HTTP/2 101',
    codes: ['http-version'],
    build: (scene) => saying(scene, { status: 'HTTP/2 101 Switching Protocols' }),
  },
  {
    name: 'early hints come before the answer 101',
    codes: ['interim-response'],
    build: (scene) =>
      saying(scene, { first: 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n' }),
  },
  {
    name: '100 Continue and 102 come before the answer 101',
    codes: ['interim-response'],
    build: (scene) =>
      saying(scene, { first: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n' }),
  },
  {
    name: 'the lines of the answer end with LF',
    codes: ['malformed-answer', 'healthy'],
    build: (scene) => saying(scene, { lineEnd: '\n' }),
  },
  {
    name: 'a header of the answer is folded',
    codes: ['malformed-answer', 'healthy'],
    build: (scene) => saying(scene, { lines: ['X-Long: one', '  two'] }),
  },
  {
    name: 'a second HTTP answer follows the answer 101',
    codes: ['not-a-websocket-server'],
    except: { Firefox: 'it waits for the rest of a frame' },
    build: (scene) =>
      sending(scene, 'HTTP/1.1 400 Bad Request\r\nContent-Length: 11\r\n\r\nBad Request'),
  },
  {
    name: 'a page follows the answer 101',
    codes: ['not-a-websocket-server'],
    except: { Firefox: 'it waits for the rest of a frame' },
    build: (scene) => sending(scene, '<!doctype html><title>No</title>'),
  },
  {
    name: 'messages are compressed, although that was not agreed on',
    codes: ['not-a-websocket-server'],
    build: (scene) => sending(scene, [0xc1, 0x07, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]),
  },
  {
    name: 'the server masks its frames',
    codes: ['not-a-websocket-server'],
    build: (scene) => sending(scene, [0x81, 0x82, 0, 0, 0, 0], 'hi'),
  },
  {
    name: 'a text is not UTF-8',
    codes: ['not-a-websocket-server'],
    build: (scene) => sending(scene, [0x81, 0x02, 0x68, 0xe9]),
  },
  {
    name: 'a text is not UTF-8 at the end of its fragments',
    codes: ['not-a-websocket-server'],
    build: (scene) => sending(scene, [0x01, 0x01, 0xe2], [0x89, 0x00], [0x80, 0x01, 0x82]),
  },
  {
    name: 'a continuation without a beginning',
    codes: ['not-a-websocket-server'],
    build: (scene) => sending(scene, [0x80, 0x02], 'hi'),
  },
  {
    name: 'a new message within another one',
    codes: ['not-a-websocket-server'],
    build: (scene) => sending(scene, [0x01, 0x01], 'a', [0x81, 0x01], 'b'),
  },
  {
    name: 'a ping in fragments',
    codes: ['not-a-websocket-server'],
    build: (scene) => sending(scene, [0x09, 0x01], 'a', [0x80, 0x01], 'b'),
  },
  {
    name: 'a close frame with one byte',
    codes: ['not-a-websocket-server'],
    build: (scene) => sending(scene, [0x88, 0x01, 0x03]),
  },
  {
    name: 'the length of a frame is not in its shortest form',
    codes: ['not-a-websocket-server'],
    build: (scene) => sending(scene, [0x81, 126, 0, 2], 'hi'),
  },
  {
    name: 'a frame claims to have 2 GiB',
    codes: ['not-a-websocket-server'],
    build: (scene) => sending(scene, [0x82, 127, 0, 0, 0, 0, 128, 0, 0, 0], 'hi'),
  },
  {
    name: 'fragments, pings, and UTF-8 that is cut between fragments',
    codes: ['healthy'],
    build: (scene) =>
      sending(scene, [0x01, 0x01, 0xe2], [0x89, 0x00], [0x00, 0x00], [0x80, 0x02, 0x82, 0xac]),
  },
  {
    name: 'the application closes after 0.7 s',
    codes: ['closed-by-application'],
    build: (scene) =>
      raw(scene, (request, socket) => {
        behave(request, socket);
        setTimeout(() => socket.writable && socket.end(Buffer.from([0x88, 2, 0x11, 0x38])), 700);
      }),
  },
  {
    name: 'the connection is reset after 0.7 s',
    codes: ['handler-died'],
    likely: true,
    build: (scene) =>
      raw(scene, (request, socket) => {
        behave(request, socket);
        setTimeout(() => socket.destroy(), 700);
      }),
  },
  {
    name: 'the application closes without a code',
    codes: ['closed-by-application'],
    likely: true,
    build: (scene) => sending(scene, [0x88, 0x00]),
  },
  {
    name: 'the application greets, and closes without a code',
    codes: ['closed-by-application'],
    build: (scene) => sending(scene, [0x81, 0x02], 'no', [0x88, 0x00]),
  },
  {
    name: 'the connection is dropped for a ping',
    codes: ['closed-after-ping', 'healthy'],
    build: (scene) =>
      raw(scene, (request, socket) => {
        accept(request, socket);
        answerFrames(socket, (opcode) => opcode === 9 && socket.destroy() !== undefined);
      }),
  },
  {
    name: 'the socket is closed for a ping',
    codes: ['closed-after-ping', 'healthy'],
    build: (scene) =>
      raw(scene, (request, socket) => {
        accept(request, socket);
        answerFrames(
          socket,
          (opcode) => opcode === 9 && socket.end(Buffer.from([0x88, 2, 3, 0xea])) !== undefined,
        );
      }),
  },
  {
    name: 'HTTP/2 WebSockets are announced, and get 502',
    codes: ['http2-websocket'],
    except: { Chromium: 'it opens no page of the host, which it needs for a session' },
    build: (scene) =>
      announcing(scene, (stream) => {
        stream.respond({ ':status': 502 });
        stream.end();
      }),
  },
  {
    name: 'HTTP/2 WebSockets are announced, and get no answer',
    codes: ['http2-websocket'],
    except: { Chromium: 'it opens no page of the host, which it needs for a session' },
    build: (scene) => announcing(scene, () => undefined),
  },
  {
    name: 'HTTP/2 WebSockets are announced, and work',
    codes: ['healthy'],
    build: (scene) => announcing(scene, (stream) => stream.respond({ ':status': 200 })),
  },
  {
    name: 'a development server answers requests, but not handshakes',
    codes: ['silent'],
    likely: true,
    build: async (scene) => {
      const server = createPlain((_request, response) => response.end('<!doctype html>'));
      server.on('upgrade', () => undefined);
      return at(`ws://localhost:${await scene.listen(server)}/live`, ...short);
    },
  },
  {
    name: 'a proxy forwards requests to the service, and drops upgrades',
    codes: ['upgrade-stripped'],
    build: async (scene) => {
      const server = createPlain((_request, response) =>
        response.writeHead(426).end('{"seen":{"upgrade":null}}'),
      );
      server.on('upgrade', (_request, socket) => socket.destroy());
      return at(`ws://localhost:${await scene.listen(server)}/live`);
    },
  },
];
