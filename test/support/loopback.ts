/**
 * A loopback address to connect from, since limits of a service apply per address.
 *
 * @returns another address for each number; undefined if the system only has 127.0.0.1
 */
export function loopbackAddress(number: number): string | undefined {
  // Only Linux accepts all of 127.0.0.0/8 without configuration.
  return process.platform === 'linux'
    ? `127.1.${(number >> 8) & 255}.${1 + ((number & 255) % 254)}`
    : undefined;
}
