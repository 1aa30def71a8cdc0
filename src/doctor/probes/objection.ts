import type { Objection } from '../upgrade-evidence.js';
import type { Request } from './handshake.js';

type Headers = Record<string, string>;

const windowBits = /^(8|9|1[0-5])$/;

/** The parameters of permessage-deflate that a server may choose (RFC 7692, section 7.1). */
const parameters: Record<string, (value: string | undefined) => boolean> = {
  server_no_context_takeover: (value) => value === undefined,
  client_no_context_takeover: (value) => value === undefined,
  server_max_window_bits: (value) => windowBits.test(value ?? ''),
  client_max_window_bits: (value) => windowBits.test(value ?? ''),
};

/** @returns whether browsers take what a server chose of the offered extension */
function isDeflate(text: string): boolean {
  const [name, ...given] = text.split(';').map((part) => part.trim());
  const pairs = given.map((part) => part.split('=').map((each) => each.trim()));
  const names = pairs.map(([key = '']) => key);
  const known = pairs.every(([key = '', value]) =>
    parameters[key]?.(value?.replace(/^"(.*)"$/, '$1')),
  );
  return name === 'permessage-deflate' && known && new Set(names).size === names.length;
}

function isExtensionFine(chosen: string | undefined, { parts = [] }: Request): boolean {
  return chosen === undefined || (parts.includes('extensions') && isDeflate(chosen));
}

/** Chromium refuses an answer without a protocol, too, if some were offered. */
function isProtocolFine(chosen: string | undefined, { sending }: Request): boolean {
  const offered = sending?.protocols ?? [];
  return chosen === undefined ? offered.length === 0 : offered.includes(chosen);
}

/**
 * @param accept the value that fits the key of the request
 * @returns what browsers refuse in the headers of a 101 (RFC 6455, section 4.1)
 */
export function objectionTo(
  headers: Headers,
  request: Request,
  accept: string,
): Objection | undefined {
  if (!/^websocket$/i.test(headers['upgrade'] ?? '')) {
    return 'upgrade';
  }
  if (!/(^|[\s,])upgrade($|[\s,])/i.test(headers['connection'] ?? '')) {
    return 'connection';
  }
  if (headers['sec-websocket-accept'] !== accept) {
    return 'accept';
  }
  if (!isProtocolFine(headers['sec-websocket-protocol'], request)) {
    return 'protocol';
  }
  return isExtensionFine(headers['sec-websocket-extensions'], request) ? undefined : 'extensions';
}
