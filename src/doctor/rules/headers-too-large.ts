import type { Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { largeCookies } from './browser-handshake.js';

const byAnswer = judgeAnswer('headers-too-large', {
  usual: () => ({
    cause:
      'The headers of the handshake, such as its cookies or its URL, are larger than the server accepts.',
    fix: 'Set fewer and smaller cookies, and shorten the query. Or raise the limit. Node.js: --max-http-header-size; nginx: large_client_header_buffers.',
  }),
});

export const headersTooLarge: Rule = {
  code: 'headers-too-large',
  meaning: 'the headers of the handshake, such as cookies, are larger than the server accepts',
  upgrade: (evidence) => byAnswer(evidence) ?? largeCookies(evidence),
};
