import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { answerText, isBasicLogin } from './shared/text.js';
import { isVerifyClient } from './shared/upgrade.js';

const usual = {
  cause: 'The server requires credentials in the handshake.',
  fix: 'Make the client send them. Browsers only send cookies of the same site: use a cookie, a short-lived ticket in the query, or the first message.',
};

/** nginx with auth_basic, and all servers like it. */
const basic = {
  cause: 'The server requires a user name and a password (Basic authentication).',
  fix: 'If the service checks its users itself, turn this off for the location of the socket (nginx: auth_basic off;). Otherwise, write both in the URL: browsers send them after this answer.',
};

const refused = {
  cause: 'The server refuses the user name and the password of the URL.',
  fix: 'Check both in the list of users of the server (nginx: auth_basic_user_file).',
};

function wordsFor(answer: HttpAnswer, { target }: Evidence): typeof usual {
  const isGiven = target.sending?.credentials !== undefined;
  const login = isGiven ? refused : basic;
  return isBasicLogin(answer) ? login : usual;
}

export const unauthorized: Rule = {
  code: 'unauthorized',
  meaning: 'the server requires credentials',
  advice: 'Send what the server requires, with --header or --cookie.',
  origin: judgeAnswer('unauthorized', {
    usual: (_who, answer, evidence) => wordsFor(answer, evidence),
    otherwise: (answer) =>
      answer.status === 401 && !isVerifyClient(answer)
        ? { ...usual, evidence: `${answerText(answer)}.`, alternatives: ['origin-refused'] }
        : undefined,
  }),
};
