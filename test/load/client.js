/**
 * A WebSocket client that does as little as possible, so that only the server is measured. Frames
 * are built once. Answers of a known length are counted, not read.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';

/**
 * @typedef {object} Target
 * @property {number} port
 * @property {string} [ca] the certificate to trust; by default, plain ws:// is used
 * @property {string} path
 * @property {string} [localAddress]
 */

/**
 * @typedef {object} Connection
 * @property {import('node:net').Socket} stream to write to
 * @property {(length: number, buffer: Buffer) => void} onBytes is given what arrives; the buffer is
 *   used again
 */

// An empty ping (RFC 6455, section 5.5.2), and the masked answer.
const pingByte = 0x89;
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/** @returns a complete text frame of a client (RFC 6455, section 5.2), masked with zeros */
export function textFrame(/** @type {string} */ text) {
  const payload = Buffer.from(text);
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), payload]);
}

/** @returns the number of bytes of an unmasked frame with this text */
export function answerLength(/** @type {string} */ text) {
  const length = Buffer.byteLength(text);
  return length + (length < 126 ? 2 : 4);
}

/**
 * Opens a connection, and waits until the handshake is done. It answers pings until `onBytes` is set.
 * @param {Target} target
 * @returns {Promise<Connection>}
 */
export async function open({ port, ca, path, localAddress }) {
  /** @type {Connection} */
  const connection = { stream: undefined, onBytes: () => {} };
  // Bytes arrive in one buffer that is used again and again, and no stream is made of them.
  const onread = {
    buffer: Buffer.alloc(4096),
    callback(/** @type {number} */ length, /** @type {Buffer} */ buffer) {
      connection.onBytes(length, buffer);
      return true;
    },
  };
  const where = { host: '127.0.0.1', port, localAddress, noDelay: true, onread };
  const stream = ca === undefined ? connectPlain(where) : connectTls({ ...where, ca });
  connection.stream = stream;
  await once(stream, ca === undefined ? 'connect' : 'secureConnect');
  const status = once(stream, 'error');
  const answer = new Promise((resolve) => {
    let head = '';
    connection.onBytes = (length, buffer) => {
      head += buffer.toString('latin1', 0, length);
      if (head.includes('\r\n\r\n')) {
        resolve(head);
      }
    };
  });
  stream.write(handshake(path));
  const head = await Promise.race([answer, status]);
  if (!String(head).startsWith('HTTP/1.1 101 ')) {
    throw new Error(`The handshake failed: ${String(head)}`);
  }
  connection.onBytes = (_length, buffer) => {
    if (buffer[0] === pingByte) {
      stream.write(pong);
    }
  };
  return connection;
}

function handshake(/** @type {string} */ path) {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Origin: https://app.example',
    '\r\n',
  ].join('\r\n');
}

/**
 * Opens many connections, a few at a time.
 *
 * @param {Target} target
 * @param {number} count
 * @returns {Promise<Connection[]>}
 */
export async function openMany(target, count) {
  /** @type {Connection[]} */
  const connections = [];
  while (connections.length < count) {
    const few = Array.from({ length: Math.min(50, count - connections.length) }, () =>
      open(target),
    );
    connections.push(...(await Promise.all(few)));
  }
  return connections;
}
