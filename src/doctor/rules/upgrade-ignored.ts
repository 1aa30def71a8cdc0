import type { Rule } from '../verdict.js';
import { isWelcome, proxyIn } from './shared/proxy.js';
import { answerText } from './shared/text.js';
import { refusal } from './shared/upgrade.js';

/** Statuses that are neither a redirect nor an error. */
const odd = [300, 304, 305, 306];

export const upgradeIgnored: Rule = {
  code: 'upgrade-ignored',
  meaning: 'the server answers the handshake like a plain request',
  upgrade: (evidence) => {
    const answer = refusal(evidence);
    const plain = answer !== undefined && (answer.status < 300 || odd.includes(answer.status));
    if (!plain || isWelcome(answer)) {
      return undefined;
    }
    return {
      cause: 'The server answers the handshake like a plain request.',
      evidence: `${answerText(answer)}.`,
      fix: 'If this is the right server, make the route handle WebSockets. In Fastify, call `await app.register(websocket)` before the routes, and add `{ websocket: true }` to this route.',
      ...(proxyIn(answer) === undefined ? {} : { alternatives: ['upgrade-stripped'] }),
    };
  },
};
