import type { Rule } from '../verdict.js';
import { answerText } from './shared/text.js';
import { isAboutOrigin, openingOrigin, statusIn } from './shared/upgrade.js';

export const unauthorized: Rule = {
  code: 'unauthorized',
  meaning: 'the server requires credentials',
  origin: (evidence) => {
    const answer = statusIn(evidence, 401);
    const known = openingOrigin(evidence) !== undefined || isAboutOrigin(evidence);
    if (answer === undefined || known) {
      return undefined;
    }
    const wants = answer.headers['www-authenticate'];
    return {
      cause: 'The server requires credentials in the handshake.',
      evidence: `${answerText(answer)}${wants === undefined ? '' : `, WWW-Authenticate: ${wants}`}.`,
      fix: 'Make the client send them. Browsers only send cookies of the same site in a handshake: put a token into a cookie, the query, or the first message.',
      ...(wants === undefined ? { alternatives: ['origin-refused'] } : {}),
    };
  },
};
