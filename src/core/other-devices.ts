import { isAddress, isIPv6, originOf } from './hosts.js';
import { everyAddress, isLoopbackHost, loopbackAddresses } from './loopback.js';

/** @returns the addresses of a network among names and addresses: other devices connect to them */
export function networkAddresses(hosts: string[]): string[] {
  return hosts.filter((host) => isAddress(host) && !isLoopbackHost(host));
}

/** @returns the value of HOST with which a service can be reached at these addresses */
export function hostFor(addresses: string[]): string {
  return addresses.some(isIPv6) ? everyAddress.v6 : everyAddress.v4;
}

interface Page {
  /** Names and addresses on the certificate. */
  hosts: string[];
  /** The port of the page. */
  port: number;
  /** The file of the CA's certificate. */
  caPath: string;
}

function nameRecipe(names: string[], port: number): string[] {
  const pages = names.map((name) => originOf('https', name, port));
  return names.length === 0
    ? []
    : [
        `To open ${pages.join(', ')} on this machine`,
        '  Add this line to /etc/hosts (Windows: C:\\Windows\\System32\\drivers\\etc\\hosts)',
        `    ${loopbackAddresses[0]} ${names.join(' ')}`,
      ];
}

function deviceRecipe(addresses: string[], { port, caPath }: Page): string[] {
  const pages = addresses.map((address) => originOf('https', address, port));
  return addresses.length === 0
    ? []
    : [
        `To open ${pages.join(', ')} on a phone in the same network`,
        `  1. Copy ${caPath} to the phone, and never its key.`,
        '  2. iPhone: install it in Settings as a profile, then turn it on under General, About,',
        '     Certificate Trust Settings. Android: search Settings for "CA certificate".',
        `  3. Allow port ${port} in the firewall of this machine.`,
      ];
}

/** @returns how to open a page under names and addresses that are not local, in lines */
export function recipes(page: Page): string[] {
  const names = page.hosts.filter(
    (host) => !isAddress(host) && !isLoopbackHost(host) && !host.startsWith('*.'),
  );
  return [...nameRecipe(names, page.port), ...deviceRecipe(networkAddresses(page.hosts), page)];
}
