import { isIPv6 } from 'node:net';

/** To listen there is to listen on every address of the machine. */
export const everywhere = new Set(['0.0.0.0', '::']);

/**
 * The network that a client is known by: an IPv4 address, or the /64 of an IPv6 address, since a
 * single subscriber has that many addresses to choose from (RFC 6177).
 */
export function networkOf(ip: string): string {
  // Some proxies add the port.
  const bare = /^\[(.+)\](?::\d+)?$/.exec(ip)?.[1] ?? ip.replace(/^([\d.]+):\d+$/, '$1');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined || !isIPv6(bare)) return mapped ?? bare;
  const [head = '', tail] = bare.replace(/%.*$/, '').split('::');
  const start = head === '' ? [] : head.split(':');
  const end = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array<string>(8 - start.length - end.length).fill('0');
  const groups = [...start, ...zeros, ...end].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
