import { addressSpace, type AddressSpace } from './address-space.js';

/** @returns the host of a URL without IPv6 brackets and without a final dot */
function bare(host: string): string {
  return host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

/** @returns the reach of an address in a URL; undefined for a name */
export function spaceOfHost(host: string): AddressSpace | undefined {
  return addressSpace(bare(host));
}

/** @returns whether a name always means this machine (RFC 6761, section 6.3) */
export function isLoopbackName(host: string): boolean {
  return /(^|\.)localhost$/.test(bare(host));
}

/**
 * @param host a name, or an address with or without brackets
 * @returns whether browsers trust a connection to it as they trust TLS (Secure Contexts, section 3.1)
 */
export function isLoopbackHost(host: string): boolean {
  return isLoopbackName(host) || /^(127\.\d+\.\d+\.\d+|::1)$/.test(bare(host));
}
