import type { Rule } from '../verdict.js';
import { answerText } from './shared/text.js';
import { isSilentInPlain, portText } from './shared/tls.js';
import { isUnanswered, isUpgradeDropped } from './shared/unanswered.js';

/** A longer limit, in seconds. */
function longer(seconds: number): number {
  return Math.min(60, Math.max(20, seconds * 2));
}

export const silent: Rule = {
  code: 'silent',
  meaning: 'the connection is accepted, but no answer comes',
  advice: 'Restart the program on this port.',
  tls: (evidence) => {
    if (evidence.tls?.end !== 'timeout' || !isSilentInPlain(evidence)) {
      return undefined;
    }
    const seconds = evidence.surroundings.limit / 1000;
    return {
      cause: `${portText(evidence)} accepts connections but does not answer. Its process hangs, or it is another service.`,
      evidence: `No answer to a TLS handshake within ${seconds} s.`,
      fix: `Check what listens there, and restart it. If it only needs longer, pass --timeout ${longer(seconds)}.`,
      alternatives: ['not-tls'],
    };
  },
  upgrade: (evidence) => {
    const { plainRequest, surroundings } = evidence;
    if (!isUnanswered(evidence) || isUpgradeDropped(evidence)) {
      return undefined;
    }
    const seconds = surroundings.limit / 1000;
    if (plainRequest !== undefined) {
      return {
        cause:
          'The server answers plain requests, but not the handshake. Something in front may take the upgrade and not forward it.',
        evidence: `No answer to the handshake within ${seconds} s. A plain request got ${answerText(plainRequest)}.`,
        fix: 'Let the development server or the proxy in front forward upgrades of this path (Vite, webpack, http-proxy: `ws: true`). Or check the server: it may hang, or want a subprotocol.',
        certainty: 'likely',
      };
    }
    return {
      cause:
        'The server accepts the handshake but does not answer. It hangs, or waits for something itself.',
      evidence: `No answer within ${seconds} s.`,
      fix: `Check the server's log, its hooks, and the proxies in front of it. If it only needs longer, pass --timeout ${longer(seconds)}.`,
    };
  },
};
