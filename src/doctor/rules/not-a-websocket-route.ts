import type { Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { isPlainRoute } from './shared/frames.js';

export const notAWebsocketRoute: Rule = {
  code: 'not-a-websocket-route',
  meaning: 'the route exists but does not handle WebSockets',
  advice: 'Check that the route at this path is a WebSocket route.',
  upgrade: judgeAnswer('not-a-websocket-route', {
    usual: (who, { headers }, { target }) => ({
      cause:
        headers['allow'] === undefined
          ? `${who} has a route at ${target.path} that does not handle WebSockets.`
          : `${who} has a route at ${target.path} for ${headers['allow'].slice(0, 60)}, not for WebSockets.`,
      fix: 'Check the path in the URL, or make this route handle WebSockets. In Fastify, add `{ websocket: true }`.',
    }),
  }),
  frames: (evidence) => {
    if (!isPlainRoute(evidence)) {
      return undefined;
    }
    return {
      cause: 'The route does not handle WebSockets: it opens the socket and closes it at once.',
      evidence:
        'The server answered the handshake with 101, then sent a close frame without a code.',
      fix: 'In Fastify, add `{ websocket: true }` to the route.',
      alternatives: ['closed-by-application'],
    };
  },
};
