/** How the sockets of a service that stops are closed: one slice per second. */
export interface Slicing {
  /** The number of sockets in each slice. */
  size: number;
  /** The time within which the clients of a slice should come back, in milliseconds. */
  windowMs: number;
}

const sliceMs = 1000;
/** The longest time that is kept for the last close handshakes. */
const lastMs = 5000;
const longestWindowMs = 300_000;

/**
 * Divides `sockets` into slices of `perSecond`, the number that other instances can take each second.
 * If there is no time for that many slices, they are larger, and the clients spread themselves over
 * the time that all slices would have taken.
 */
export function slicing(sockets: number, perSecond: number, withinMs: number): Slicing {
  const most = Math.floor(withinMs / sliceMs) + 1;
  const size = Math.max(perSecond, Math.ceil(sockets / most));
  const windowMs = size > perSecond ? Math.ceil((sockets * 1000) / perSecond) : sliceMs;
  return { size, windowMs: Math.min(windowMs, longestWindowMs) };
}

/** The part of the time that the last slice may wait: half of it, or all but the last 5 seconds. */
export function closingTime(limitMs: number): number {
  return limitMs - Math.min(limitMs / 2, lastMs);
}
