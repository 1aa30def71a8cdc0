import type { Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { largeCookies } from './browser-handshake.js';
import { headersWords } from './shared/proxy.js';

const byAnswer = judgeAnswer('headers-too-large', {
  usual: (_who, answer) => ({
    cause:
      'The headers of the handshake, such as its cookies or its URL, are larger than the server accepts.',
    fix: `Set fewer and smaller cookies, and shorten the query. Or raise the limit (${headersWords(answer)}).`,
  }),
});

export const headersTooLarge: Rule = {
  code: 'headers-too-large',
  meaning: 'the headers of the handshake, such as cookies, are larger than the server accepts',
  upgrade: (evidence) => byAnswer(evidence) ?? largeCookies(evidence),
};
