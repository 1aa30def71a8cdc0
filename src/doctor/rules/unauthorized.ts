import type { Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { answerText } from './shared/text.js';

const usual = {
  cause: 'The server requires credentials in the handshake.',
  fix: 'Make the client send them. Browsers only send cookies of the same site: use a cookie, a short-lived ticket in the query, or the first message.',
};

export const unauthorized: Rule = {
  code: 'unauthorized',
  meaning: 'the server requires credentials',
  origin: judgeAnswer('unauthorized', {
    usual: () => usual,
    otherwise: (answer) =>
      answer.status === 401
        ? { ...usual, evidence: `${answerText(answer)}.`, alternatives: ['origin-refused'] }
        : undefined,
  }),
};
