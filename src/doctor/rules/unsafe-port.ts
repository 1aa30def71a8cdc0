import { blockedPorts } from '../../core/ports.js';
import type { Rule } from '../verdict.js';

export const unsafePort: Rule = {
  code: 'unsafe-port',
  meaning: 'browsers block the port',
  address: ({ target: { port } }) =>
    blockedPorts.has(port)
      ? {
          clients: ['browser', 'node'],
          cause: `Browsers and the WebSocket built into Node.js block port ${port}: it belongs to another protocol.`,
          evidence: `The Fetch standard lists ${port} as a bad port ("port blocking").`,
          fix: 'Make the server listen on another port, such as 3000 or 8443. In a generated project, set PORT in .env.',
        }
      : undefined,
};
