/**
 * An address of the loopback to come from, since limits of a service are for one address.
 *
 * @returns another one for each number; none where the system has 127.0.0.1 only
 */
export function loopbackAddress(number: number): string | undefined {
  // Only Linux has the whole of 127.0.0.0/8 without being told.
  return process.platform === 'linux'
    ? `127.1.${(number >> 8) & 255}.${1 + ((number & 255) % 254)}`
    : undefined;
}
