import type { Rule } from '../verdict.js';
import { isStaleHttps, restart } from './shared/restart.js';
import { alertText, asksForTls, failedTls, portText } from './shared/tls.js';

export const tlsOnPlainPort: Rule = {
  code: 'tls-on-plain-port',
  meaning: 'wss:// to a port that speaks plain HTTP',
  tls: (evidence) => {
    const tls = failedTls(evidence);
    const answer = evidence.otherScheme?.plain?.answer;
    if (
      tls === undefined ||
      answer === undefined ||
      tls.alert !== undefined ||
      asksForTls(evidence)
    ) {
      return undefined;
    }
    const url = evidence.target.url.replace(/^wss/, 'ws');
    return {
      cause: `${portText(evidence)} speaks plain HTTP, but the URL asks for TLS.`,
      evidence: `The handshake failed with ${alertText(tls)}. A plain request was answered with HTTP status ${answer.status}.`,
      ...(isStaleHttps(evidence)
        ? restart(evidence)
        : {
            fix: `Turn on TLS in the server, use its TLS port, or use ${url} if you do not want TLS.`,
          }),
    };
  },
};
