import type { Rule } from '../verdict.js';
import { isLeafOnly, untrusted } from './shared/trust.js';

export const privateCa: Rule = {
  code: 'private-ca',
  meaning: 'a private CA signed the certificate, and a client does not trust it',
  trust: untrusted((trust) => {
    const { signer, namesake } = trust;
    return signer === 'other' && (!isLeafOnly(trust) || namesake !== undefined)
      ? {
          cause:
            namesake === undefined
              ? 'The certificate is signed by a private CA.'
              : `The certificate is signed by a CA with the same name as one in ${namesake}, but with another key: an earlier or a later CA.`,
          fix: 'Install the root certificate of that CA on the clients: in the trust stores of the system and the browsers, and for Node.js with NODE_EXTRA_CA_CERTS.',
        }
      : undefined;
  }),
};
