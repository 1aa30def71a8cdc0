import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Listening on one of these means listening on every address of the machine. */
export const anyAddress = new Set(['0.0.0.0', '::']);

/** A network of a client. Its limit is `share` times the limit of one address. */
interface Network {
  name: string;
  share: number;
}

/**
 * The networks that a client counts in: its IPv4 address, or its IPv6 /64 and /48. A subscriber has
 * at least a /64 and at most a /48 (RFC 6177), so the /48 has its own limit, ten times as high.
 * IPv4 addresses inside IPv6 addresses are unpacked (RFC 4291, 2.5.5.2; RFC 6052).
 *
 * @param ip the address from a stream or X-Forwarded-For. Some proxies add a port. After a reset,
 *   there is no address.
 */
export function networksOf(ip: string | undefined = ''): Network[] {
  const host = /^\[(.+)\](?::\d+)?$/.exec(ip)?.[1] ?? ip.replace(/^([\d.]+):\d+$/, '$1');
  // The zone of a link-local address may be any interface name: fe80::1%br-12ab34.
  const bare = host.replace(/%.*$/s, '');
  if (isIP(bare) === 0) return [{ name: 'clients without an address', share: 1 }];
  const address = ipaddr.process(bare);
  if (address.kind() === 'ipv4') return [{ name: address.toString(), share: 1 }];
  const bytes = address.toByteArray();
  if (address.range() === 'rfc6052') return [{ name: bytes.slice(12).join('.'), share: 1 }];
  return [
    { name: prefix(bytes, 64), share: 1 },
    { name: prefix(bytes, 48), share: 10 },
  ];
}

function prefix(bytes: number[], bits: number): string {
  const kept = bytes.map((byte, index) => (index < bits / 8 ? byte : 0));
  return `${ipaddr.fromByteArray(kept).toString()}/${bits}`;
}

/** Counts the connections of each network. */
export class NetworkCounts {
  readonly #counts = new Map<string, number>();

  /** Counts one more. @returns the network that is at its limit; then nothing is counted */
  add(ip: string | undefined, limit: number): string | undefined {
    const networks = networksOf(ip);
    const full = networks.find(({ name, share }) => (this.#counts.get(name) ?? 0) >= limit * share);
    if (full) return full.name;
    for (const { name } of networks) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    return undefined;
  }

  /** Counts one less. */
  remove(ip: string | undefined): void {
    for (const { name } of networksOf(ip)) {
      const left = (this.#counts.get(name) ?? 1) - 1;
      if (left > 0) this.#counts.set(name, left);
      else this.#counts.delete(name);
    }
  }
}
