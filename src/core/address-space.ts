import { isAddress, parseUrl } from './hosts.js';

/** The reach of an address: this machine, a private network, or the internet. */
export type AddressSpace = 'loopback' | 'local' | 'public';

interface Range {
  first: number;
  bits: number;
  space: AddressSpace;
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function range(text: string, space: AddressSpace): Range {
  const [first = '', bits] = text.split('/');
  return { first: numberOf(first), bits: Number(bits), space };
}

/** Special-purpose addresses (IANA's registry) that Chromium does not treat as public. */
const ranges: Range[] = [
  range('127.0.0.0/8', 'loopback'),
  // A connection to it is a connection to this machine.
  range('0.0.0.0/8', 'loopback'),
  range('10.0.0.0/8', 'local'),
  range('100.64.0.0/10', 'local'),
  range('169.254.0.0/16', 'local'),
  range('172.16.0.0/12', 'local'),
  range('192.168.0.0/16', 'local'),
];

function spaceOfFour(address: string): AddressSpace {
  const number = numberOf(address);
  const found = ranges.find(({ first, bits }) => {
    const size = 2 ** (32 - bits);
    return number >= first && number < first + size;
  });
  return found?.space ?? 'public';
}

/** @returns the IPv4 address inside an IPv6 one (RFC 4291, section 2.5.5.2), in its dotted form */
function mapped(address: string): string | undefined {
  const found = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address);
  if (found === null) {
    return undefined;
  }
  return [found[1], found[2]]
    .map((group) => Number.parseInt(group ?? '', 16))
    .flatMap((group) => [Math.floor(group / 256), group % 256])
    .join('.');
}

const six: [RegExp, AddressSpace][] = [
  [/^::1?$/, 'loopback'],
  // fc00::/7, fe80::/10 and fec0::/10 (RFC 4193, section 3.1; RFC 4291, sections 2.5.6 and 2.5.7).
  [/^f[cd]/, 'local'],
  [/^fe[89a-f]/, 'local'],
  // For examples (RFC 3849, RFC 9637).
  [/^2001:db8:/, 'local'],
  [/^3fff:[\da-f]{0,3}:/, 'local'],
];

/**
 * @param address without brackets
 * @returns its reach; undefined for anything but an address
 */
export function addressSpace(address: string): AddressSpace | undefined {
  if (!address.includes(':')) {
    return isAddress(address) ? spaceOfFour(address) : undefined;
  }
  const [bare = ''] = address.split('%');
  const form = parseUrl(`http://[${bare}]/`)?.hostname.slice(1, -1);
  if (form === undefined) {
    return undefined;
  }
  const four = mapped(form);
  const found = six.find(([pattern]) => pattern.test(form));
  return four === undefined ? (found?.[1] ?? 'public') : spaceOfFour(four);
}
