import type { Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { answerText } from './shared/text.js';

const usual = {
  cause: 'The server limits how often one client may connect, or how many connections it may have.',
  fix: 'Close other connections, wait, or raise the limit of the server.',
};

export const tooManyRequests: Rule = {
  code: 'too-many-requests',
  meaning: 'a limit of the server is reached',
  advice: 'Wait a minute, then run doctor again.',
  upgrade: judgeAnswer('too-many-requests', {
    usual: () => usual,
    otherwise: (answer) =>
      answer.status === 429 ? { ...usual, evidence: `${answerText(answer)}.` } : undefined,
  }),
};
