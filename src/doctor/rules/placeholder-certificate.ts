import type { Rule } from '../verdict.js';
import { placeholderOf } from './shared/placeholder.js';
import { shortened } from './shared/text.js';

export const placeholderCertificate: Rule = {
  code: 'placeholder-certificate',
  meaning: 'the proxy has no certificate for the host, and sends its placeholder',
  certificate: (evidence) => {
    const placeholder = placeholderOf(evidence);
    const { tls, target } = evidence;
    return (
      placeholder && {
        cause: `${placeholder.proxy} has no certificate for ${target.host}, so it sends its placeholder certificate.`,
        evidence: `The subject is "${shortened(tls?.chain[0]?.subject ?? '')}".`,
        fix: placeholder.fix,
      }
    );
  },
};
