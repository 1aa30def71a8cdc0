import type { Target } from '../evidence.js';
import type { BrowserEvidence, HandshakePart, UpgradeEvidence } from '../upgrade-evidence.js';
import { isBasicLogin } from '../rules/shared/text.js';
import { isAlive } from '../rules/shared/upgrade.js';
import { crowdedHello, open, type Way } from './connect.js';
import { lookAtFrames } from './frames.js';
import { browserParts, cookiesOf, givenCookies, usualCookies, type Request } from './handshake.js';
import { requestOf, sendRequest, type Asked } from './send-request.js';

/** Which handshake to send, and where. */
export interface Attempting {
  way: Way;
  target: Target;
}

/** @returns the parts of a browser's handshake that differ from the bare one of this target */
export function partsFor({ secure, sending }: Target): HandshakePart[] {
  const isSame: HandshakePart[] = [
    ...(secure ? [] : (['client-hello'] as const)),
    ...((sending?.headers ?? []).length > 0 ? [] : (['no-given-headers'] as const)),
    ...(sending?.credentials === undefined ? (['no-credentials'] as const) : []),
  ];
  return browserParts.filter((part) => !isSame.includes(part));
}

/** Sends a request, and the credentials of the URL if the server asks for them. */
async function sendAsClient(way: Way, secure: boolean, request: Request): Promise<Asked> {
  const asked = await sendRequest(way, secure, request);
  const parts = request.parts?.filter((part) => part !== 'no-credentials') ?? [];
  const { answer } = asked.evidence;
  const isAsked = answer !== undefined && isBasicLogin(answer);
  return parts.length < (request.parts?.length ?? 0) && isAsked
    ? sendRequest(way, secure, { ...request, parts })
    : asked;
}

/**
 * Opens a socket as a client does that has some parts of a browser, and watches it. Like a browser, it
 * sends no ping.
 */
export async function attempt(
  { way, target }: Attempting,
  parts: HandshakePart[],
  cookieBytes = usualCookies,
): Promise<UpgradeEvidence> {
  const request = { ...requestOf(target, target.origin, parts), cookieBytes };
  const { evidence, wire } = await sendAsClient(way, target.secure, request);
  if (wire === undefined) {
    return evidence;
  }
  const deflate = evidence.answer?.headers['sec-websocket-extensions'] !== undefined;
  const frames = await lookAtFrames(wire, { limit: way.limit, deflate });
  return { ...evidence, frames };
}

async function opens(attempting: Attempting, parts: HandshakePart[], bytes?: number) {
  return isAlive(await attempt(attempting, parts, bytes));
}

/** Whether the large ClientHello fails for its protocols, not for its size. */
async function isCrowdRefused({ way }: Attempting): Promise<boolean> {
  const opened = await open(way, true, crowdedHello);
  if ('socket' in opened) {
    opened.socket.destroy();
  }
  return 'failure' in opened;
}

/**
 * Leaves out each part of the handshake that fails, or adds each to the one that fails.
 * @param fails the parts of the handshake that fails
 * @param works those of the one that works
 * @returns a part that decides by itself; without one, every part that fails alone
 */
async function differenceOf(
  attempting: Attempting,
  fails: HandshakePart[],
  works: HandshakePart[],
): Promise<HandshakePart[]> {
  const all = partsFor(attempting.target);
  const changed = (parts: HandshakePart[], part: HandshakePart): HandshakePart[] =>
    all.filter((each) => parts.includes(each) !== (each === part));
  const mended = await Promise.all(all.map((part) => opens(attempting, changed(fails, part))));
  const enough = all.filter((_part, index) => mended[index]);
  if (enough.length > 0) {
    return enough.slice(0, 1);
  }
  // More than one part is refused: each of them fails by itself.
  const broken = await Promise.all(all.map((part) => opens(attempting, changed(works, part))));
  return all.filter((_part, index) => broken[index] === false);
}

/** How many bytes of cookies open a socket, from the given cookies up to a usual length. */
async function cookieLimit(attempting: Attempting): Promise<Required<BrowserEvidence>['cookies']> {
  const given = givenCookies(attempting.target.sending);
  const own = cookiesOf(given, 0).length;
  const sizes = [own, 1000, 2000, 4000].filter((size) => size >= own);
  const parts = partsFor(attempting.target);
  const accepted = await Promise.all(sizes.map((size) => opens(attempting, parts, size)));
  const most = Math.max(0, ...sizes.filter((_size, index) => accepted[index]));
  const refused = [...sizes, usualCookies].find((_size, index) => accepted[index] !== true);
  return {
    refused: refused ?? usualCookies,
    accepted: most,
    given: given !== undefined && accepted[0] === false,
  };
}

/**
 * Finds out why a browser's handshake fails and the bare one does not.
 * @param seen the one that failed
 */
export async function explainFailure(
  attempting: Attempting,
  seen: UpgradeEvidence,
): Promise<BrowserEvidence> {
  const all = partsFor(attempting.target);
  // Servers that take one socket at a time, or a few in a second, refuse any second handshake.
  if ((await opens(attempting, all)) || !(await opens(attempting, []))) {
    return { upgrade: seen, unsteady: true };
  }
  const parts = await differenceOf(attempting, all, []);
  if (parts.includes('cookies')) {
    const cookies = await cookieLimit(attempting);
    return { upgrade: seen, parts, cookies };
  }
  const isOwnDoing = parts.includes('client-hello') && (await isCrowdRefused(attempting));
  const others = all.filter((part) => part !== 'client-hello');
  return isOwnDoing && (await opens(attempting, others))
    ? { upgrade: await attempt(attempting, others) }
    : { upgrade: seen, parts };
}

/** Finds out why only a browser's handshake works. */
export async function explainSuccess(
  attempting: Attempting,
  seen: UpgradeEvidence,
): Promise<BrowserEvidence> {
  const all = partsFor(attempting.target);
  return { upgrade: seen, parts: await differenceOf(attempting, [], all) };
}
