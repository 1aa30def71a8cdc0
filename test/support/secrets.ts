/** Data from a client that must not get into the log. Each mark represents one kind of secret. */
export const marks = [
  'S3CRETQUERY',
  'S3CRETCOOKIE',
  'S3CRETBEARER',
  'S3CRETPROTOCOL',
  'S3CRETUSER',
  'S3CRETPASSWORD',
  'S3CRETFRAGMENT',
  'S3CRETMATRIX',
  'S3CRETBODY',
  'S3CRETMESSAGE',
  'S3CRETREASON',
];

const lines = (...all: string[]): string => [...all, '', ''].join('\r\n');

const secrets = [
  'Cookie: sid=S3CRETCOOKIE',
  'Authorization: Bearer S3CRETBEARER',
  'Sec-WebSocket-Protocol: S3CRETPROTOCOL',
];

const upgrade = [
  'Host: app.example',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** @returns a handshake; the origin is in latin1, as it is sent */
export function handshake(path: string, more: string[] = []): string {
  const given = more.some((line) => line.startsWith('Origin:'));
  const origin = given ? [] : ['Origin: https://app.example'];
  return lines(`GET ${path} HTTP/1.1`, ...upgrade, ...origin, ...more);
}

function request(target: string, more: string[] = [], method = 'GET'): string {
  return lines(`${method} ${target} HTTP/1.1`, 'Host: app.example', ...secrets, ...more);
}

/** A frame of a client, masked with zeros (RFC 6455, section 5.2). */
function frame(opcode: number, payload: string): string {
  const head = String.fromCharCode(0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0);
  return head + payload;
}

const query = '/live?token=S3CRETQUERY';
const body = '{"name":"S3CRETBODY';

/** Bytes in latin1, each sent on a separate connection. */
export const requestsWithSecrets: Record<string, string> = {
  'a request with a query': request(query),
  'a handshake with a query': handshake(query, secrets.slice(0, 2)),
  'a handshake with a subprotocol': handshake(query, secrets),
  'a refused handshake': handshake(query, [...secrets, 'Origin: https://other.example']),
  'a handshake of another version': handshake(query, secrets).replace(': 13', ': 7'),
  'an unknown address': request('/nowhere?token=S3CRETQUERY'),
  'an address that cannot be decoded': request('/%?token=S3CRETQUERY'),
  'a handshake that cannot be decoded': handshake('/%zz?token=S3CRETQUERY', secrets),
  'a user and a password': request('http://S3CRETUSER:S3CRETPASSWORD@app.example/live'),
  'a user, a password and a query': request(`http://S3CRETUSER:S3CRETPASSWORD@app.example${query}`),
  'a user and a password without a path': request('http://S3CRETUSER:S3CRETPASSWORD@app.example'),
  'a fragment': request('/live#S3CRETFRAGMENT'),
  'a matrix parameter': request('/live;jsessionid=S3CRETMATRIX'),
  'a matrix parameter in the middle': request('/a;id=S3CRETMATRIX/live'),
  'a broken header': request(query, ['this is no header']),
  'a broken first line': `GET ${query} HTTP/9.9 S3CRETQUERY\r\n\r\n`,
  'headers that are too large': request(query, [`X-Filler: ${'x'.repeat(20_000)}`]),
  'an unknown method': request(query, [], 'S3CRETQUERY'),
  'a CONNECT': request('S3CRETUSER:S3CRETPASSWORD@app.example:443', [], 'CONNECT'),
  'a body': request(
    query,
    ['Content-Type: application/json', `Content-Length: ${body.length}`],
    'POST',
  ).concat(body),
  'a chunked body that is broken': request(query, ['Transfer-Encoding: chunked'], 'POST').concat(
    'zz S3CRETBODY\r\n',
  ),
  'early data that is no frame': `${handshake(query)}S3CRETMESSAGE S3CRETMESSAGE`,
  'a message and a reason to close': [
    handshake('/live'),
    frame(1, 'S3CRETMESSAGE'),
    frame(9, 'S3CRETMESSAGE'),
    frame(8, '\x0f\xa0S3CRETREASON'),
  ].join(''),
  'a message that is not UTF-8': handshake('/live') + frame(1, 'S3CRETMESSAGE\xff\xfe'),
  'TLS to a plain port': '\x16\x03\x01\0\x32S3CRETMESSAGE',
  'a second request in the same packet': request(query) + handshake(query, secrets),
};

/** @returns the marks that a text contains, plain or encoded */
export function marksIn(text: string): string[] {
  return marks.filter((mark) => formsOf(mark).some((form) => text.includes(form)));
}

/** A mark as bytes in decimal and in hexadecimal, in Base64, and as escaped characters. */
function formsOf(mark: string): string[] {
  const bytes = Buffer.from(mark);
  const [decimal, hex] = [10, 16].map((base) => [...bytes].map((byte) => byte.toString(base)));
  const lists = [decimal, hex].flatMap((list = []) => [',', ', ', ' '].map((by) => list.join(by)));
  const escaped = (prefix: string): string => (hex ?? []).map((code) => prefix + code).join('');
  return [
    mark,
    mark.toLowerCase(),
    ...lists,
    bytes.toString('hex'),
    ...['%', String.raw`\x`, String.raw`\u00`].map(escaped),
    ...[0, 1, 2].map((shift) => base64Inside(bytes, shift)),
  ];
}

/** The part of the Base64 that is the same wherever the bytes begin in a larger text. */
function base64Inside(bytes: Buffer, shift: number): string {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64url');
  return whole.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
}
