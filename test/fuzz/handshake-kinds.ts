import {
  base64,
  disguised,
  lacking,
  longHeaders,
  lookAlikes,
  oddPaths,
  path,
  shouted,
  spliced,
  twice,
  values,
} from './changes.js';
import type { Random } from './random.js';
import { adding, having, valueOf, without, type Request } from './requests.js';

/**
 * A kind of handshake. `right` lists the allowed results: statuses (`403`), classes (`4xx`), and
 * `end` for a connection that ends without an answer.
 */
export interface HandshakeKind {
  name: string;
  weight: number;
  right: string;
  make: (random: Random, request: Request) => Request | Buffer;
  /** Whether the answer must name the versions that the server supports. */
  tellsVersion?: boolean;
}

/** Sections of RFC 6455, unless another RFC is named. */
export const handshakeKinds: HandshakeKind[] = [
  { name: 'good handshake', weight: 20, right: '101', make: (_random, request) => request },
  { name: 'good handshake, oddly written', weight: 30, right: '101', make: disguised },
  // 4.2.1, step 1, and RFC 9112
  {
    name: 'wrong method',
    weight: 30,
    right: '4xx 501',
    make: (random, request) => ({
      ...request,
      method: random.pick(['POST', 'PUT', 'DELETE', 'PATCH', 'FOO', 'get', 'TRACE', 'QUERY']),
    }),
  },
  {
    name: 'method of HEAD or OPTIONS',
    weight: 10,
    right: '2xx 4xx',
    make: (random, request) => ({ ...request, method: random.pick(['HEAD', 'OPTIONS']) }),
  },
  {
    name: 'method of CONNECT',
    weight: 5,
    right: '4xx 501 end',
    make: (_random, request) => ({ ...request, method: 'CONNECT', path: '127.0.0.1:80' }),
  },
  {
    name: 'HTTP below 1.1',
    weight: 20,
    right: '4xx 505',
    make: (_random, request) => ({ ...request, version: 'HTTP/1.0' }),
  },
  {
    name: 'HTTP of no known version',
    weight: 20,
    right: '4xx 505 end',
    make: (random, request) => ({
      ...request,
      version: random.pick(['HTTP/0.9', 'HTTP/2.0', 'HTTP/3', 'HTTP/11', 'HTTP', 'ICY', '']),
    }),
  },
  // 4.2.1, step 2; RFC 9112, section 3.2
  { name: 'no Host', weight: 20, right: '400', make: lacking('Host') },
  { name: 'two Hosts', weight: 20, right: '400', make: twice('Host', 'evil.example', '') },
  // 4.2.1, step 3
  { name: 'no Upgrade', weight: 20, right: '4xx', make: lacking('Upgrade') },
  {
    name: 'wrong Upgrade',
    weight: 30,
    right: '2xx 4xx',
    make: values('Upgrade', 'websocket2', 'web socket', 'TLS/1.2', 'foo', 'h2c, foo', ''),
  },
  // RFC 9110, section 7.8: a server may ignore protocols that it does not support.
  {
    name: 'Upgrade to h2c',
    weight: 20,
    right: '2xx 4xx',
    make: (random, request) => {
      const upgrade = having(request, 'Upgrade', 'h2c');
      const offer = having(upgrade, 'Connection', 'Upgrade, HTTP2-Settings');
      const place = random.pick(['/', '/healthz', '/live', '/nothing']);
      return adding({ ...offer, path: place }, ['HTTP2-Settings', 'AAMAAABkAAQCAAAAAAIAAAAA']);
    },
  },
  {
    name: 'Upgrade to websocket among others',
    weight: 10,
    right: '101 4xx',
    make: values('Upgrade', 'websocket, foo', 'foo, websocket', 'websocket/13', 'websocket,'),
  },
  {
    name: 'two Upgrades',
    weight: 10,
    right: '101 4xx',
    make: twice('Upgrade', 'h2c', 'websocket'),
  },
  // 4.2.1, step 4
  { name: 'no Connection', weight: 20, right: '4xx', make: lacking('Connection') },
  {
    name: 'wrong Connection',
    weight: 20,
    right: '4xx',
    make: values('Connection', 'keep-alive', 'close', 'Upgraded', 'x-upgrade', 'websocket', ''),
  },
  {
    name: 'two Connections',
    weight: 10,
    right: '101 4xx',
    make: twice('Connection', 'keep-alive', 'close', 'Upgrade'),
  },
  // 4.2.1, step 5
  { name: 'no Sec-WebSocket-Key', weight: 20, right: '4xx', make: lacking('Sec-WebSocket-Key') },
  {
    name: 'wrong Sec-WebSocket-Key',
    weight: 30,
    right: '4xx',
    make: values(
      'Sec-WebSocket-Key',
      ...[0, 1, 14, 15, 17, 18, 32, 64, 3000].map(base64),
      '!!!!!!!!!!!!!!!!!!!!!!==',
      'AAAAAAAAAAAAAAAAAAAAAA',
      'AAAAAAAAAAA AAAAAAAAAA==',
      '-_-_-_-_-_-_-_-_-_-_-_==',
    ),
  },
  // 11.3.1
  {
    name: 'two Sec-WebSocket-Keys',
    weight: 10,
    right: '4xx',
    make: twice('Sec-WebSocket-Key', base64(16)),
  },
  // 4.2.1, step 6; 4.2.2, step 4; 11.3.5
  {
    name: 'no Sec-WebSocket-Version',
    weight: 20,
    right: '4xx',
    make: lacking('Sec-WebSocket-Version'),
    tellsVersion: true,
  },
  {
    name: 'other Sec-WebSocket-Version',
    weight: 30,
    right: '400 426',
    make: values('Sec-WebSocket-Version', '0', '1', '7', '8', '12', '14', '25', '255'),
    tellsVersion: true,
  },
  {
    name: 'Sec-WebSocket-Version that is none',
    weight: 30,
    right: '400 426',
    make: values(
      'Sec-WebSocket-Version',
      '',
      'x',
      '-13',
      '+13',
      '13.0',
      '0xd',
      '1.3e1',
      '013',
      '13;',
    ),
    tellsVersion: true,
  },
  {
    name: 'two Sec-WebSocket-Versions',
    weight: 10,
    right: '400 426',
    make: twice('Sec-WebSocket-Version', '13', '8'),
  },
  // 4.2.2, step 3, and 10.2
  { name: 'no Origin', weight: 30, right: '403', make: lacking('Origin') },
  {
    name: 'foreign Origin',
    weight: 30,
    right: '403',
    make: values(
      'Origin',
      'https://evil.example',
      'http://localhost:3000',
      'file://',
      '*',
      '',
      'x',
    ),
  },
  { name: 'Origin of null', weight: 20, right: '403', make: values('Origin', 'null', 'NULL') },
  {
    name: 'Origin that looks alike',
    weight: 40,
    right: '403',
    make: (random, request) =>
      having(request, 'Origin', random.pick(lookAlikes(valueOf(request, 'Origin')))),
  },
  {
    name: 'two Origins',
    weight: 20,
    right: '400 403',
    make: (random, request) => {
      const origins = [valueOf(request, 'Origin'), 'https://evil.example'];
      const [first = '', second = ''] = random.chance(0.5) ? origins : origins.toReversed();
      return adding(without(request, 'Origin'), ['Origin', first], ['Origin', second]);
    },
  },
  // 4.2.2, step 5: extensions may be offered, but a server need not accept any. Browsers differ
  // when a server ignores the subprotocols, so the service refuses those that it does not support.
  {
    name: 'subprotocols',
    weight: 20,
    right: '400',
    make: (random, request) => {
      const offers = ['chat', 'a, b', 'a,a', ',', 'a b', '"a"', 'x'.repeat(3000), ''];
      return adding(request, ['Sec-WebSocket-Protocol', random.pick(offers)]);
    },
  },
  {
    name: 'extensions',
    weight: 20,
    right: '101 400',
    make: (random, request) => {
      const offers = [
        'permessage-deflate',
        'permessage-deflate; client_max_window_bits',
        'permessage-deflate; server_max_window_bits=99',
        'permessage-deflate; a; a; a="',
        ';;;',
        'x-unknown; y=1',
      ];
      return adding(request, ['Sec-WebSocket-Extensions', random.pick(offers)]);
    },
  },
  // A route without a WebSocket. RFC 9110, section 15.5.
  {
    name: 'upgrade where there is no socket',
    weight: 40,
    right: '4xx',
    make: path(
      '/',
      '/healthz',
      '/style.css',
      '/nothing',
      '/live/x',
      '/livee',
      '/liv',
      '*',
      '/?/live',
    ),
  },
  {
    name: 'upgrade on an odd path',
    weight: 20,
    right: '101 4xx',
    make: (random, request) => ({ ...request, path: random.pick(oddPaths) }),
  },
  {
    name: 'upgrade on a path that does not decode',
    weight: 20,
    right: '4xx',
    make: path('/%', '/%zz', '/live%ff', '/%c0%80'),
  },
  {
    name: 'request line that is none',
    weight: 20,
    right: '4xx end',
    make: path('', 'live', '/li ve', '/live\t', '\0', '/live\r/x', '\\live'),
  },
  // RFC 6585, section 5; RFC 9110, section 15.5.15
  { name: 'giant headers', weight: 6, right: '431 end', make: longHeaders },
  {
    name: 'giant path',
    weight: 4,
    right: '4xx end',
    make: path(`/${shouted}`, `/live?${shouted}`, `/live/${'x'.repeat(9000)}`),
  },
  // RFC 9112, sections 2.2, 5.1, 5.2, 6.1 and 6.3: request smuggling.
  {
    name: 'injected lines',
    weight: 40,
    right: '4xx end',
    make: spliced(
      'X-A : spaced',
      ': nameless',
      'nothing at all',
      'X-A\0: name',
      'X-A: zero\0byte',
      'X-A: a\rX-B: bare carriage return',
      'X(A): bracket',
      ' Origin: https://app.example',
      'Transfer-Encoding: chunked\r\nContent-Length: 5',
      'Content-Length: 5\r\nContent-Length: 6',
      'Content-Length: -1',
      'Content-Length: 0x5',
      'Transfer-Encoding: xchunked\r\nTransfer-Encoding: chunked, x',
    ),
  },
  {
    name: 'folded or bare lines',
    weight: 20,
    right: '101 4xx end',
    make: spliced('X-A: folded\r\n line', 'X-A: a\nX-B: bare line feed', 'X-A:', 'X-A:\t x \t'),
  },
  {
    name: 'random request',
    weight: 20,
    right: '4xx end',
    make: (random) => {
      // Empty lines before a request are skipped, so there would be nothing to answer.
      const start = Buffer.from(random.pick(['\0', '\x16\x03\x01', 'G', 'GET ', '{', 'PRI * ']));
      return Buffer.concat([start, random.bytes(random.int(1, 300)), Buffer.from('\r\n\r\n')]);
    },
  },
];
