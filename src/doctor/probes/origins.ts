import type { Target, UpgradeEvidence } from '../evidence.js';
import type { HandshakePart } from '../upgrade-evidence.js';
import { isAlive } from '../rules/shared/upgrade.js';
import type { Way } from './connect.js';
import { sendRequest, requestOf } from './send-request.js';
import { lookAtFrames } from './frames.js';

/** A name that cannot exist (RFC 2606, section 2). */
export const foreignOrigin = 'https://doctor.invalid';

/** At most this many origins are tried. */
const mostOrigins = 3;

/** Requests an upgrade with another origin, and watches the socket. */
export async function askWith(
  way: Way,
  target: Target,
  origin: string | undefined,
  parts: HandshakePart[] = [],
): Promise<UpgradeEvidence> {
  const request = requestOf(target, origin, parts);
  const { evidence, wire } = await sendRequest(way, target.secure, request);
  if (wire === undefined) {
    return evidence;
  }
  const deflate = parts.includes('extensions');
  // Some servers compare origins after the handshake, and then close the socket.
  return { ...evidence, frames: await lookAtFrames(wire, { limit: way.limit, deflate }) };
}

/** @returns the origins that a server may allow: its own, the known ones, and none */
function candidates({ url, origin }: Target, known: string[]): (string | undefined)[] {
  const own = new URL(url.replace(/^ws/, 'http')).origin;
  const others = [...new Set([...known, own])].filter((each) => each !== origin);
  return [...others.slice(0, mostOrigins - 1), undefined];
}

/**
 * Finds out whether a server refuses the origin.
 * @param known origins that the server is expected to allow
 * @returns the attempts, up to the first that opens a socket
 */
export async function tryOrigins(
  way: Way,
  target: Target,
  known: string[],
): Promise<UpgradeEvidence[]> {
  const tried: UpgradeEvidence[] = [];
  for (const origin of candidates(target, known)) {
    // oxlint-disable-next-line no-await-in-loop -- the first open socket is enough
    const evidence = await askWith(way, target, origin);
    tried.push(evidence);
    if (isAlive(evidence)) {
      break;
    }
  }
  return tried;
}
