import { isIP } from 'node:net';

/**
 * Explains what is wrong with an entry of TRUST_PROXY; undefined for an address or a range.
 *
 * Fastify ignores a number of hops. With `true`, or a range of all addresses, any client could fake
 * its address with X-Forwarded-For.
 */
export function proxyMistake(entry: string): string | undefined {
  const [address = '', prefix, ...rest] = entry.split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const length = prefix === undefined ? bits : wholeNumber(prefix);
  if (rest.length === 0 && length >= 1 && length <= bits) return undefined;
  return `lists "${entry}". It must list addresses or ranges such as 10.0.0.0/8.`;
}

function wholeNumber(digits: string): number {
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}
