import type { Rule } from '../verdict.js';
import { closeText } from './shared/frames.js';

export const closedAfterPing: Rule = {
  code: 'closed-after-ping',
  meaning: 'the server ends a socket on which it gets a ping',
  frames: ({ ping }) =>
    ping === undefined
      ? undefined
      : {
          severity: 'warning',
          clients: ['node', 'system'],
          cause:
            'The server ends the socket when it gets a ping. Browsers send none, but programs and proxies may.',
          evidence: `After a ping: ${ping.close === undefined ? `the connection ended (${ping.end})` : closeText(ping)}. Without one, the socket stays open.`,
          fix: "Update the server's WebSocket library, or make it answer a ping with a pong (RFC 6455, section 5.5.2).",
        },
};
