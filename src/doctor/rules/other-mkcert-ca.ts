import type { Rule } from '../verdict.js';
import { renewServed } from './shared/certificate-fix.js';
import { untrusted } from './shared/trust.js';

export const otherMkcertCa: Rule = {
  code: 'other-mkcert-ca',
  meaning: 'a development CA of another user or machine, or an earlier one, signed the certificate',
  trust: untrusted(({ signer, caRoot, namesake }, evidence) =>
    signer === 'elsewhere'
      ? {
          cause: `The certificate is signed by another development CA${caRoot === undefined ? '; this machine has none' : `, not by the one in ${caRoot}`}.${namesake === undefined ? '' : ` The CA in ${namesake} has the same name.`} It comes from another user (sudo), a container, another machine, or an earlier CA.`,
          ...renewServed(evidence, 'Reissue the certificate as the user whose browser connects.'),
        }
      : undefined,
  ),
};
