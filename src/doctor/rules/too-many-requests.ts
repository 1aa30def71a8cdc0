import type { Rule } from '../verdict.js';
import { answerText } from './shared/text.js';
import { statusIn } from './shared/upgrade.js';

export const tooManyRequests: Rule = {
  code: 'too-many-requests',
  meaning: 'a limit of the server is reached',
  upgrade: (evidence) => {
    const answer = statusIn(evidence, 429);
    return answer === undefined
      ? undefined
      : {
          cause:
            'The server limits how often one client may connect, or how many connections it may have.',
          evidence: `${answerText(answer)}.`,
          fix: 'Close other connections, wait, or raise the limit of the server.',
        };
  },
};
