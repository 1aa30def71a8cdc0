import type { TrustEvidence } from '../trust-evidence.js';
import type { Rule } from '../verdict.js';
import { isLeafOnly, untrusted } from './shared/trust.js';

function chainFix({ issuerFile, issuerUrl, caFile }: TrustEvidence): string {
  const where =
    issuerFile !== undefined
      ? `It is in ${issuerFile}: send that after the server's own certificate.`
      : 'Make the server send the full chain: not cert.pem but fullchain.pem, with its own certificate first, then the intermediate.';
  const source = issuerUrl === undefined ? '' : ` The CA publishes it at ${issuerUrl}.`;
  const own =
    issuerFile === undefined && caFile === undefined
      ? ' If a private CA signed it directly, install its root certificate on the clients instead.'
      : '';
  return `${where}${source}${own}`;
}

export const missingIntermediate: Rule = {
  code: 'missing-intermediate',
  meaning: 'the server does not send the intermediate certificate',
  trust: untrusted((trust) => {
    if (!isLeafOnly(trust) || trust.namesake !== undefined) {
      return undefined;
    }
    const isShown = trust.issuerFile !== undefined || trust.logged;
    return {
      cause:
        'The server only sends its own certificate, not the intermediate certificate that signed it.',
      fix: chainFix(trust),
      alternatives: isShown ? [] : ['private-ca'],
    };
  }),
};
