import type { Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { proxyIn } from './shared/proxy.js';
import { answerText } from './shared/text.js';

/** Statuses that are neither a redirect nor an error. */
const odd = [300, 304, 305, 306];

const cause = 'The server answers the handshake like a plain request.';
const fix =
  'If this is the right server, make the route handle WebSockets. In Fastify, call `await app.register(websocket)` before the routes, and add `{ websocket: true }` to this route.';

export const upgradeIgnored: Rule = {
  code: 'upgrade-ignored',
  meaning: 'the server answers the handshake like a plain request',
  advice: 'Make the route handle WebSockets. In Fastify, add `{ websocket: true }` to it.',
  upgrade: judgeAnswer('upgrade-ignored', {
    usual: () => ({ cause, fix }),
    otherwise: (answer) =>
      answer.status < 300 || odd.includes(answer.status)
        ? {
            cause,
            evidence: `${answerText(answer)}.`,
            fix,
            ...(proxyIn(answer) === undefined ? {} : { alternatives: ['upgrade-stripped'] }),
          }
        : undefined,
  }),
};
