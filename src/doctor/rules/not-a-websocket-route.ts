import type { Rule } from '../verdict.js';
import { isPlainRoute } from './shared/frames.js';

export const notAWebsocketRoute: Rule = {
  code: 'not-a-websocket-route',
  meaning: 'the route exists but does not handle WebSockets',
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
