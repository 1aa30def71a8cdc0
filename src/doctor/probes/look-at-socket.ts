import type { FramesEvidence, IdleEvidence, Target, UpgradeEvidence } from '../evidence.js';
import { isAlive } from '../rules/shared/upgrade.js';
import type { Asking, Part } from './asking.js';
import { attempt, explainFailure, explainSuccess, partsFor } from './browser.js';
import type { Way } from './connect.js';
import { lookAtFrames } from './frames.js';
import { askHttp2 } from './http2.js';
import { watchIdle } from './idle.js';
import { askWith, foreignOrigin } from './origins.js';
import { askPlainly } from './plain-request.js';
import type { Asked } from './send-request.js';

/** A socket that ended after a ping: browsers send none, so it is tried without one. */
async function lookWithoutPing(way: Way, target: Target, pinged: UpgradeEvidence): Promise<Part> {
  const upgrade = await attempt({ way, target }, []);
  const ping = pinged.frames;
  return isAlive(upgrade) && ping !== undefined ? { upgrade, ping } : { upgrade: pinged };
}

/**
 * A plain route of Fastify closes sockets without a code, as applications may do. A proxy that drops
 * idle sockets may name itself only in the answer to a plain request.
 */
async function lookAtClose(
  way: Way,
  target: Target,
  { frames, idle }: { frames: FramesEvidence | undefined; idle: IdleEvidence | undefined },
): Promise<Part> {
  const isAsked = frames?.close?.code === 1005 || idle?.endedAfter !== undefined;
  const plainRequest = isAsked ? await askPlainly(way, target) : undefined;
  return plainRequest === undefined ? {} : { plainRequest };
}

/** Watches the open socket, and meanwhile opens others: as a browser, with a foreign origin, idle. */
export async function lookAtSocket(
  way: Way,
  asked: Required<Asked>,
  asking: Asking,
): Promise<Part> {
  const { target, idle } = asking;
  const attempting = { way, target };
  const [frames, foreign, browser, http2, silence] = await Promise.all([
    lookAtFrames(asked.wire, { limit: way.limit, interval: way.limit }),
    askWith(way, target, foreignOrigin),
    attempt(attempting, partsFor(target)),
    target.secure ? askHttp2(way, target) : undefined,
    idle === undefined ? undefined : watchIdle(way, target, idle),
  ]);
  const pinged: UpgradeEvidence = { ...asked.evidence, frames };
  // What is no frame shows how the server writes all frames.
  const mayBePing = !isAlive(pinged) && !frames.invalid && isAlive(browser);
  const main = mayBePing ? await lookWithoutPing(way, target, pinged) : { upgrade: pinged };
  const works = isAlive(main.upgrade);
  const isOnlyBrowser = !works && !frames.invalid && isAlive(browser);
  return {
    ...main,
    ...(await lookAtClose(way, target, { frames: works ? undefined : frames, idle: silence })),
    foreignOrigin: foreign,
    browser:
      works && !isAlive(browser) ? await explainFailure(attempting, browser) : { upgrade: browser },
    ...(isOnlyBrowser
      ? { upgrade: browser, bare: pinged, browser: await explainSuccess(attempting, browser) }
      : {}),
    ...(http2 === undefined ? {} : { http2 }),
    ...(silence === undefined ? {} : { idle: silence }),
  };
}
