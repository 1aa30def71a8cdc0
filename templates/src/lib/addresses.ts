import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** To listen on one of these is to listen on every address of the machine. */
export const everywhere = new Set(['0.0.0.0', '::']);

/** A network that a client belongs to, and how many times the limit of one address it may use. */
interface Network {
  name: string;
  share: number;
}

/**
 * The networks that a client is counted in: its IPv4 address, or its IPv6 /64 and /48. A subscriber
 * has a /64 at least and up to a /48 (RFC 6177), so the /48 has a limit of its own, ten times as wide.
 * IPv4 addresses inside IPv6 ones are unpacked (RFC 4291, 2.5.5.2; RFC 6052).
 *
 * @param ip as a stream or X-Forwarded-For has it: some proxies add a port, and a client that has
 *   reset its connection has none any more
 */
export function networksOf(ip: string | undefined = ''): Network[] {
  const host = /^\[(.+)\](?::\d+)?$/.exec(ip)?.[1] ?? ip.replace(/^([\d.]+):\d+$/, '$1');
  // The zone of a link-local address may be any name of an interface: fe80::1%br-12ab34.
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

/** Counts what the clients of each network hold. */
export class NetworkCounts {
  readonly #counts = new Map<string, number>();

  /** Counts one more. @returns the network that holds its limit already; then nothing is counted */
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
