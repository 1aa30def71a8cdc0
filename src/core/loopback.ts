import { bareHost, isBelow } from './hosts.js';

/** The addresses by which `localhost` is reached. */
export const loopbackAddresses = ['127.0.0.1', '::1'];

/** The hosts of a service that its own machine alone reaches. */
export const localHosts = ['localhost', ...loopbackAddresses];

/** To listen on one of these is to listen on every address of the machine. */
export const everyAddress = { v4: '0.0.0.0', v6: '::' };

/** @returns whether a service that listens there listens on every address of the machine */
export function isEverywhere(host: string): boolean {
  return Object.values(everyAddress).includes(host);
}

/** @returns the address at which a proxy on the same machine reaches a service, without a port */
export function reachedAt(host: string): string {
  return host === 'localhost' || isEverywhere(host) ? '127.0.0.1' : host;
}

/** @returns whether a name always means this machine (RFC 6761, section 6.3) */
export function isLoopbackName(host: string): boolean {
  return isBelow(host, ['localhost']);
}

/** 127.0.0.0/8, also within an IPv6 address (RFC 4291, section 2.5.5.2), and `::1`. */
const loopback = /^((::ffff:)?127(\.\d{1,3}){3}|::ffff:7f[\da-f]{2}:[\da-f]{1,4}|::1)$/;

/**
 * @param host a name, or an address with or without brackets
 * @returns whether browsers trust a connection to it as they trust TLS (Secure Contexts, section 3.1)
 */
export function isLoopbackHost(host: string): boolean {
  return isLoopbackName(host) || loopback.test(bareHost(host));
}
