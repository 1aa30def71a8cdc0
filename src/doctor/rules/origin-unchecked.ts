import type { Rule } from '../verdict.js';
import { isAlive } from './shared/upgrade.js';

export const originUnchecked: Rule = {
  code: 'origin-unchecked',
  meaning: 'the server accepts every origin',
  origin: ({ foreignOrigin, upgrade }) =>
    isAlive(foreignOrigin) && isAlive(upgrade)
      ? {
          severity: 'warning',
          clients: ['browser'],
          cause:
            'The server accepts every origin. Any page on the internet can open a socket with the cookies of your users.',
          evidence: `A handshake with the origin ${foreignOrigin?.origin} opened a socket.`,
          fix: 'Compare the Origin header of each handshake with a list. CORS does not apply to sockets.',
        }
      : undefined,
};
