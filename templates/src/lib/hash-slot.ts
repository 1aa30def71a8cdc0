/** The number of slots of a cluster. */
export const slotCount = 16_384;

/**
 * The slot of a key or a channel: CRC16 of the name, or of its part in braces (Redis Cluster
 * specification, "Key distribution model").
 */
export function hashSlot(name: string): number {
  const tag = /\{([^}]+)\}/.exec(name)?.[1] ?? name;
  let crc = 0;
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    crc &= 0xffff;
  }
  return crc % slotCount;
}
