import type { Rule } from '../verdict.js';
import { renewServed } from './shared/certificate-fix.js';
import { untrusted } from './shared/trust.js';

export const selfSigned: Rule = {
  code: 'self-signed',
  meaning: 'the certificate is self-signed',
  trust: untrusted(({ signer }, evidence) =>
    signer === 'self'
      ? {
          cause:
            'The certificate is self-signed. An exception that you confirmed for a page does not apply to sockets on other ports and hosts.',
          ...renewServed(evidence, 'Replace it with a certificate from a CA that clients trust.'),
        }
      : undefined,
  ),
};
