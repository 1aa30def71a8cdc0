import type { Rule } from '../verdict.js';
import { isSilentInPlain, portText } from './shared/tls.js';

export const silent: Rule = {
  code: 'silent',
  meaning: 'the connection is accepted, but no answer comes',
  tls: (evidence) => {
    if (evidence.tls?.end !== 'timeout' || !isSilentInPlain(evidence)) {
      return undefined;
    }
    const seconds = evidence.surroundings.limit / 1000;
    return {
      cause: `${portText(evidence)} accepts connections but does not answer. Its process hangs, or it is another service.`,
      evidence: `No answer to a TLS handshake within ${seconds} s.`,
      fix: 'Check what listens there, and restart it.',
      alternatives: ['not-tls'],
    };
  },
  upgrade: ({ upgrade, surroundings, otherScheme }) =>
    upgrade?.end === 'timeout' &&
    upgrade.answer === undefined &&
    upgrade.bytes === '' &&
    otherScheme?.tls?.end !== 'secure'
      ? {
          cause:
            'The server accepts the handshake but does not answer. It hangs, or waits for something itself.',
          evidence: `No answer within ${surroundings.limit / 1000} s.`,
          fix: "Check the server's log, its hooks, and the proxies in front of it.",
        }
      : undefined,
};
