import type { Rule } from '../verdict.js';

export const verificationDisabled: Rule = {
  code: 'verification-disabled',
  meaning: 'this environment does not verify certificates',
  settings: ({ project }) =>
    project?.verificationDisabled === true
      ? {
          severity: 'warning',
          clients: ['node'],
          cause:
            'The service does not verify the certificates of servers that it connects to, such as Redis.',
          evidence: '.env contains NODE_TLS_REJECT_UNAUTHORIZED=0.',
          fix: 'Remove that line from .env, and set NODE_EXTRA_CA_CERTS to the missing CA.',
        }
      : undefined,
  trust: ({ surroundings, target }) =>
    surroundings.verificationDisabled && target.secure
      ? {
          severity: 'warning',
          clients: ['node'],
          cause:
            'Node.js does not verify certificates in this environment. A connection that works here proves nothing, and others on the network can read it.',
          evidence: 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set.',
          fix: 'Unset it, and make Node.js trust the CA with NODE_EXTRA_CA_CERTS.',
        }
      : undefined,
};
