import { addressSpace, type AddressSpace } from './address-space.js';

/** @returns the host of a URL without the brackets of IPv6 and the dot that ends a full name */
function bare(host: string): string {
  return host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

/** @returns how far the address reaches that a host of a URL is; nothing for a name */
export function spaceOfHost(host: string): AddressSpace | undefined {
  return addressSpace(bare(host));
}

/** @returns whether a name is of this machine, whatever name servers say (RFC 6761, section 6.3) */
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
