import { everyClient } from '../client.js';
import type { Evidence } from '../evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { alerts, endedBy, failureText, portText } from './shared/tls.js';
import { isAboutAlpn, isOwnPage } from './shared/upgrade.js';

/** Firefox opens sockets over HTTP/2 at once, Chromium only if it has opened a page of the host. */
function openingOver(evidence: Evidence): Pick<Finding, 'clients' | 'browsers'> | undefined {
  const { http2 } = evidence;
  if (http2?.announced !== true || http2.status !== 200 || http2.end !== 'open') {
    return undefined;
  }
  return isOwnPage(evidence)
    ? { clients: ['node', 'system'] }
    : { clients: everyClient, browsers: ['Chromium'] };
}

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
    const opening = openingOver(evidence);
    return {
      ...opening,
      cause:
        opening === undefined
          ? `${portText(evidence)} only speaks HTTP/2, but WebSocket clients use HTTP/1.1.`
          : `${portText(evidence)} only speaks HTTP/2. Firefox opens sockets over it, Chromium only for pages of this host, and programs use HTTP/1.1.`,
      evidence: byAlert
        ? `${failureText(evidence)} The client offered HTTP/1.1.${bare}`
        : `It answered with HTTP status ${upgrade?.answer?.status}, "Missing ALPN Protocol".`,
      fix: 'Turn on HTTP/1.1 as well. In Node.js and Fastify, `http2: true` needs `https: { allowHTTP1: true }`. In a proxy, offer http/1.1 in addition to h2.',
    };
  },
};
