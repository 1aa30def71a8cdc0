import type { Target, UpgradeEvidence } from '../evidence.js';
import { isAboutAlpn, isAlive } from '../rules/shared/upgrade.js';
import type { Asking, Part } from './asking.js';
import { lookBehind } from './behind.js';
import { attempt, explainSuccess, partsFor } from './browser.js';
import { offered, type Way } from './connect.js';
import { askHttp2 } from './http2.js';
import { askWith, foreignOrigin, tryOrigins } from './origins.js';
import { askPlainly } from './plain-request.js';
import { askWithProtocols } from './protocols.js';
import { askTls } from './tls.js';

/** Whether the answer may depend on the origin. */
function mayDependOnOrigin({ answer }: UpgradeEvidence): boolean {
  return answer === undefined || [400, 401, 403].includes(answer.status);
}

/** A server that speaks TLS answers plain HTTP with an error, or closes the connection. */
export async function lookForTls(way: Way, evidence: UpgradeEvidence): Promise<Part> {
  if (evidence.answer !== undefined && evidence.answer.status !== 400) {
    return {};
  }
  const { evidence: tls, socket } = await askTls(way, offered);
  socket?.destroy();
  return { otherScheme: { tls } };
}

/** A browser opens a socket where a bare handshake does not: the rest is asked as a browser. */
async function lookAsBrowser(way: Way, bare: UpgradeEvidence, asking: Asking): Promise<Part> {
  const { target } = asking;
  const upgrade = await attempt({ way, target }, partsFor(target));
  if (!isAlive(upgrade)) {
    return { browser: { upgrade } };
  }
  // A proxy that has just started may refuse the first handshake, whatever it has.
  const again = await attempt({ way, target }, []);
  if (isAlive(again)) {
    const foreign = await askWith(way, target, foreignOrigin);
    return {
      upgrade: again,
      browser: { upgrade: bare, unsteady: true },
      foreignOrigin: foreign,
    };
  }
  const [browser, foreign] = await Promise.all([
    explainSuccess({ way, target }, upgrade),
    askWith(way, target, foreignOrigin, partsFor(target)),
  ]);
  return { upgrade, bare, browser, foreignOrigin: foreign };
}

/** Whether it is of use to compare the answer with that to a request without an upgrade. */
function isWorthComparing({ answer, bytes }: UpgradeEvidence, { sending }: Target): boolean {
  return answer === undefined
    ? bytes === ''
    : [404, 410].includes(answer.status) && sending === undefined;
}

/** Tries the handshake in other ways, after it opened no socket. */
export async function lookAtRefusal(
  way: Way,
  upgrade: UpgradeEvidence,
  asking: Asking,
): Promise<Part> {
  const { target, origins } = asking;
  const tls = target.secure ? {} : await lookForTls(way, upgrade);
  if (tls.otherScheme?.tls?.end === 'secure') {
    return { upgrade, ...tls };
  }
  const mayBeHttp2 = target.secure && isAboutAlpn(upgrade.answer);
  const [otherOrigins, browser, protocols, plainRequest, behind, http2] = await Promise.all([
    mayDependOnOrigin(upgrade) ? tryOrigins(way, target, origins) : [],
    lookAsBrowser(way, upgrade, asking),
    askWithProtocols(way, target),
    isWorthComparing(upgrade, target) ? askPlainly(way, target) : undefined,
    lookBehind(way, target.secure, upgrade),
    mayBeHttp2 ? askHttp2(way, target) : undefined,
  ]);
  return {
    upgrade,
    otherOrigins,
    ...tls,
    ...browser,
    ...(protocols === undefined ? {} : { protocols }),
    ...(plainRequest === undefined ? {} : { plainRequest }),
    ...(behind === undefined ? {} : { behind }),
    ...(http2 === undefined ? {} : { http2 }),
  };
}
