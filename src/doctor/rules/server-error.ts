import type { Rule } from '../verdict.js';
import { isProxyError } from './shared/proxy.js';
import { answerText } from './shared/text.js';
import { isOldHttp, refusal } from './shared/upgrade.js';

export const serverError: Rule = {
  code: 'server-error',
  meaning: 'the server fails before the socket is open',
  upgrade: (evidence) => {
    const answer = refusal(evidence);
    if (answer === undefined || answer.status < 500) {
      return undefined;
    }
    if ([502, 504].includes(answer.status) || isOldHttp(answer) || isProxyError(answer)) {
      return undefined;
    }
    return {
      cause:
        answer.status === 503
          ? 'The server is full, shutting down, or not ready.'
          : 'The server fails while it handles the handshake.',
      evidence: `${answerText(answer)}.`,
      fix: "Check the server's log: a hook or the route itself fails.",
    };
  },
};
