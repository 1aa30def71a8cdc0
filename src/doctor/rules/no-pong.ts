import type { Rule } from '../verdict.js';
import { isAlive } from './shared/upgrade.js';

export const noPong: Rule = {
  code: 'no-pong',
  meaning: 'the socket is open, but the server does not answer a ping',
  frames: ({ upgrade, surroundings }) =>
    isAlive(upgrade) && upgrade?.frames?.pong === false && upgrade.frames.quiet !== true
      ? {
          severity: 'warning',
          cause: 'The socket is open, but the server does not answer a ping.',
          evidence: `No pong within ${surroundings.limit / 1000} s.`,
          fix: 'Check whether the server is busy, and whether its library answers pings (RFC 6455, section 5.5.2).',
        }
      : undefined,
};
