import type { IdleEvidence, Target } from '../evidence.js';
import type { Way } from './connect.js';
import { sendRequest, requestOf } from './send-request.js';
import { leave, watchFrames, type Watching } from './frames.js';

/** Proxies drop idle sockets after a longer time than this; in milliseconds. */
const longestInterval = 25_000;

async function watch(way: Way, target: Target, watching: Watching) {
  const { wire } = await sendRequest(way, target.secure, requestOf(target, target.origin));
  if (wire === undefined) {
    return undefined;
  }
  const start = Date.now();
  const frames = await watchFrames(wire, watching);
  const lasted = Date.now() - start;
  await leave(wire);
  return { frames, lasted };
}

/**
 * Keeps two sockets open: an idle one, and one with pings. If only the first ends, there is an idle
 * timeout.
 * @param asked how long, in milliseconds
 */
export async function watchIdle(
  way: Way,
  target: Target,
  asked: number,
): Promise<IdleEvidence | undefined> {
  const interval = Math.min(longestInterval, Math.max(200, Math.round(asked / 5)));
  const [silent, pinged] = await Promise.all([
    watch(way, target, { limit: asked }),
    watch(way, target, { limit: asked, interval }),
  ]);
  if (silent === undefined || pinged === undefined) {
    return undefined;
  }
  const { end, close } = silent.frames;
  const ended = end !== 'open' || close !== undefined;
  return {
    asked,
    interval,
    silent: silent.frames,
    pinged: pinged.frames,
    ...(ended ? { endedAfter: silent.lasted } : {}),
  };
}
