import type { Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { answerText } from './shared/text.js';

const cause = 'The server fails while it handles the handshake.';
const fix = "Check the server's log: a hook or the route itself fails.";

export const serverError: Rule = {
  code: 'server-error',
  meaning: 'the server fails before the socket is open',
  advice: "Look for an error in the server's log.",
  upgrade: judgeAnswer('server-error', {
    usual: () => ({ cause, fix }),
    otherwise: (answer) =>
      answer.status < 500
        ? undefined
        : {
            cause:
              answer.status === 503 ? 'The server is full, shutting down, or not ready.' : cause,
            evidence: `${answerText(answer)}.`,
            fix,
            alternatives: ['proxy-upstream-down'],
          },
  }),
};
