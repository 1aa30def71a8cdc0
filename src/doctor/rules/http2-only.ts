import type { Rule } from '../verdict.js';
import { alerts, endedBy, failureText, portText } from './shared/tls.js';
import { isAboutAlpn } from './shared/upgrade.js';

export const http2Only: Rule = {
  code: 'http2-only',
  meaning: 'the port only speaks HTTP/2',
  tls: (evidence) => {
    const byAlert = endedBy(evidence, alerts.noApplicationProtocol);
    const { upgrade, tlsWithoutAlpn } = evidence;
    if (!byAlert && !isAboutAlpn(upgrade?.answer)) {
      return undefined;
    }
    const bare = tlsWithoutAlpn?.end === 'secure' ? ' Without ALPN it succeeds.' : '';
    return {
      cause: `${portText(evidence)} only speaks HTTP/2, but WebSocket clients use HTTP/1.1.`,
      evidence: byAlert
        ? `${failureText(evidence)} The client offered HTTP/1.1.${bare}`
        : `It answered with HTTP status ${upgrade?.answer?.status}, "Missing ALPN Protocol".`,
      fix: 'Turn on HTTP/1.1 as well. In Node.js and Fastify, `http2: true` needs `https: { allowHTTP1: true }`. In a proxy, offer http/1.1 in addition to h2.',
    };
  },
};
