import type { Rule } from '../verdict.js';
import { failureText, isTooOld, portText } from './shared/tls.js';

export const tlsVersion: Rule = {
  code: 'tls-version',
  meaning: 'the server supports neither TLS 1.2 nor TLS 1.3',
  advice: 'Turn on TLS 1.2 and 1.3 in the server.',
  tls: (evidence) =>
    isTooOld(evidence)
      ? {
          cause: `${portText(evidence)} supports no TLS version that current clients support.`,
          evidence: failureText(evidence),
          fix: 'Turn on TLS 1.2 and 1.3 in the server.',
        }
      : undefined,
};
