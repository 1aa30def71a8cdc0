/**
 * What all contenders share, so that they differ only in their library: the address, the TLS
 * settings of the rendered service, and the answers.
 */
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';

const { PORT, KEY, CERT, CIPHERS } = process.env;

/** Undefined for plain HTTP. */
export const tls =
  KEY === undefined || CERT === undefined
    ? undefined
    : {
        key: readFileSync(KEY),
        cert: readFileSync(CERT),
        ciphers: CIPHERS,
        honorCipherOrder: true,
        minVersion: /** @type {const} */ ('TLSv1.2'),
      };

export const address = { host: '127.0.0.1', port: Number(PORT) };

/**
 * @param {import('node:http').RequestListener} [onRequest]
 */
export function listen(onRequest) {
  const server = tls ? createHttpsServer(tls, onRequest) : createHttpServer({}, onRequest);
  return server.listen(address);
}

/** @param {import('ws').RawData | Buffer} message */
export function echoOf(message) {
  return `Echo: ${message.toString()}`;
}

/** @type {Map<string, Set<import('ws').WebSocket>>} */
const members = new Map();

export const rooms = {
  /**
   * @param {string} url
   * @returns the members of the room in the URL; undefined for the URL of the echo
   */
  of(url) {
    const name = /^\/rooms\/(\w+)/.exec(url)?.[1];
    if (name === undefined) {
      return undefined;
    }
    const room = members.get(name) ?? new Set();
    members.set(name, room);
    return room;
  },
};
