import type { Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { answerText } from './shared/text.js';
import { isVerifyClient } from './shared/upgrade.js';

const usual = {
  cause: 'The server requires credentials in the handshake.',
  fix: 'Make the client send them. Browsers only send cookies of the same site: use a cookie, a short-lived ticket in the query, or the first message.',
};

export const unauthorized: Rule = {
  code: 'unauthorized',
  meaning: 'the server requires credentials',
  advice: 'Send what the server requires, with --header or --cookie.',
  origin: judgeAnswer('unauthorized', {
    usual: () => usual,
    otherwise: (answer) =>
      answer.status === 401 && !isVerifyClient(answer)
        ? { ...usual, evidence: `${answerText(answer)}.`, alternatives: ['origin-refused'] }
        : undefined,
  }),
};
