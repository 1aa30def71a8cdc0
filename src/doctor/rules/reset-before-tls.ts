import type { Rule } from '../verdict.js';
import { isSilentInPlain, portText } from './shared/tls.js';

export const resetBeforeTls: Rule = {
  code: 'reset-before-tls',
  meaning: 'the connection is accepted, then dropped before any TLS',
  tls: (evidence) => {
    const { code, end } = evidence.tls ?? {};
    const dropped = end === 'reset' || end === 'closed';
    return dropped && isSilentInPlain(evidence)
      ? {
          cause: `${portText(evidence)} accepts connections, then drops them before any TLS.`,
          evidence:
            code === undefined
              ? 'The connection was closed.'
              : `The connection ended with ${code}.`,
          fix: 'Check what listens there: a tunnel or container that forwards the port to nothing, a firewall, or a server that only accepts some addresses.',
        }
      : undefined;
  },
};
