import { BlockList, isIP, isIPv4 } from 'node:net';
import { bareHost, isBelow, withoutZone } from './hosts.js';

/** The reach of an address: this machine, a private network, or the internet. */
export type AddressSpace = 'loopback' | 'local' | 'public';

function listOf(...subnets: string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/');
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

/**
 * What Chromium counts as not public, of IANA's registries of special-purpose addresses. An IPv4
 * address inside an IPv6 one (RFC 4291, section 2.5.5.2) counts as itself.
 */
const spaces = {
  // To connect to 0.0.0.0 or :: is to connect to this machine.
  loopback: listOf('127.0.0.0/8', '0.0.0.0/8', '::/127'),
  local: listOf(
    '10.0.0.0/8',
    '100.64.0.0/10',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.168.0.0/16',
    // RFC 4193, section 3.1; RFC 4291, sections 2.5.6 and 2.5.7.
    'fc00::/7',
    'fe80::/10',
    'fec0::/10',
    // Of examples (RFC 3849, RFC 9637).
    '2001:db8::/32',
    '3fff::/20',
  ),
};

/**
 * @param host an address, with or without brackets, or a name
 * @returns how far the address reaches; nothing for what is no address
 */
export function addressSpace(host: string): AddressSpace | undefined {
  const address = withoutZone(bareHost(host));
  const version = isIP(address);
  if (version === 0) {
    return undefined;
  }
  const isIn = (list: BlockList): boolean => list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  if (isIn(spaces.loopback)) {
    return 'loopback';
  }
  return isIn(spaces.local) ? 'local' : 'public';
}

/**
 * Names that lead nowhere on the internet (RFC 6761, section 6; RFC 6762, section 3; RFC 8375,
 * section 3; ICANN's resolution on .internal of 2024-07-29).
 */
const reserved = ['localhost', 'test', 'local', 'internal', 'home.arpa'];

/** @returns whether no public CA certifies a host: this machine, its network and reserved names */
export function isDevelopmentHost(host: string): boolean {
  const space = addressSpace(host);
  return space === undefined
    ? isBelow(host, reserved) || !bareHost(host).includes('.')
    : space !== 'public';
}
