import type { Evidence } from '../evidence.js';
import type { Code, Rule } from '../verdict.js';
import { isWithoutSite } from './proxy-unknown-host.js';
import { closeCodes, closeText, endTime } from './shared/frames.js';
import { answerText } from './shared/text.js';
import { isUpgradeDropped } from './shared/unanswered.js';
import { isPlainOnTls, openingOrigin } from './shared/upgrade.js';

/** What a proxy says of its upstream when it closes the socket that it has opened. */
const upstream = /unexpected (server )?response|upstream|backend|bad gateway|ECONNREFUSED/i;

/** What @fastify/http-proxy says of an upstream that refuses the handshake. */
const ofFastify = 'unexpected response';

/** By default, @fastify/http-proxy only forwards cookies. */
const fastifyFix =
  'In @fastify/http-proxy, forward Origin: `wsClientOptions: { rewriteRequestHeaders: (headers, { headers: { origin, cookie } }) => ({ ...headers, ...(origin && { origin }), ...(cookie && { cookie }) }) }`.';

const unknownHost = 'proxy-unknown-host';

/** What else a dropped handshake may be. */
const usual: Code[] = ['wrong-path', 'origin-refused', 'not-a-websocket-server'];

/** What the same URL answers without an upgrade. */
function plainText({ plainRequest }: Evidence): string {
  return plainRequest === undefined ? '' : ` A plain request got ${answerText(plainRequest)}.`;
}

export const handlerDied: Rule = {
  code: 'handler-died',
  meaning: 'the server drops the connection without a reason',
  advice: "Look for an error in the server's log.",
  upgrade: (evidence) => {
    const { upgrade, target } = evidence;
    const dropped = upgrade?.end === 'closed' || upgrade?.end === 'reset';
    const silent = upgrade?.answer === undefined && upgrade?.bytes === '' && dropped;
    const explained = upgrade?.alert !== undefined || isPlainOnTls(evidence);
    const isKnown =
      openingOrigin(evidence) !== undefined ||
      isUpgradeDropped(evidence) ||
      evidence.behind !== undefined;
    if (!silent || explained || isKnown) {
      return undefined;
    }
    const proxies: Code[] = target.secure ? ['proxy-upstream-down', 'proxy-upstream-scheme'] : [];
    return {
      cause: `The server drops the handshake for ${target.path} without an answer.`,
      evidence: `The connection ended${upgrade.code === undefined ? '' : ` with ${upgrade.code}`} before the first byte.${plainText(evidence)}`,
      fix: "Check the server's log and the path: many servers drop handshakes for paths without a socket.",
      alternatives: isWithoutSite(evidence)
        ? [unknownHost, ...usual, ...proxies]
        : [...usual, unknownHost, ...proxies],
    };
  },
  frames: ({ upgrade, idle }) => {
    const frames = upgrade?.frames;
    if (frames?.close?.code === closeCodes.internalError && upstream.test(frames.close.reason)) {
      return {
        cause: 'A proxy opened the socket, but its upstream did not.',
        evidence: `The server sent ${closeText(frames)}.`,
        fix: `Check the service's log, and whether the proxy forwards Origin and Host: the service may refuse the handshake without them.${frames.close.reason === ofFastify ? ` ${fastifyFix}` : ''}`,
        alternatives: ['origin-refused', 'proxy-upstream-down'],
      };
    }
    if (frames?.close?.code === closeCodes.internalError) {
      return {
        cause: 'The socket handler failed.',
        evidence: `The server sent ${closeText(frames)}: internal error.`,
        fix: "Look for the error in the server's log.",
      };
    }
    const isIdle = idle?.endedAfter !== undefined;
    if (frames === undefined || frames.end === 'open' || frames.close !== undefined || isIdle) {
      return undefined;
    }
    return {
      cause: 'The socket is opened, then dropped without a close frame. Clients see code 1006.',
      evidence: `The connection ended (${frames.end}) ${endTime(frames)}.`,
      fix: "Check the server's log: the handler throws or terminates the socket, or a proxy cuts the connection.",
      alternatives: ['closed-by-application', 'idle-timeout'],
    };
  },
};
