import type { Rule } from '../verdict.js';
import { statusIn } from './shared/upgrade.js';

export const redirect: Rule = {
  code: 'redirect',
  meaning: 'the server redirects, and WebSocket clients do not follow redirects',
  upgrade: (evidence) => {
    const answer = statusIn(evidence, 301, 302, 303, 307, 308);
    if (answer === undefined) {
      return undefined;
    }
    const to = (answer.headers['location'] ?? 'nowhere').replace(/\/\/[^/@]*@/, '//').slice(0, 200);
    const socket = to.replace(/^http/, 'ws');
    return {
      cause: 'The server redirects the handshake. WebSocket clients do not follow redirects.',
      evidence: `HTTP status ${answer.status} to ${to}.`,
      fix: /^wss?:/.test(socket)
        ? `Use ${socket} if the socket is there, or do not redirect the socket's path.`
        : "Use the URL to which the server redirects, or do not redirect the socket's path.",
    };
  },
};
