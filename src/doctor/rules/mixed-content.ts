import { addressSpace } from '../../core/address-space.js';
import { isBelow, parseUrl } from '../../core/hosts.js';
import { isLoopbackHost } from '../../core/loopback.js';
import type { Rule } from '../verdict.js';
import { openedUrl, parsePolicies } from './shared/csp.js';

/** Whether an https: page may open ws:// to a host. */
type Mixed = 'allowed' | 'refused' | 'in-chromium';

/**
 * Measured on Chromium 156: it opens sockets that Mixed Content, section 4.4, tells browsers to refuse
 * if the host is not a public address, or is a multicast DNS name (RFC 6762). Local Network Access
 * judges these sockets instead.
 *
 * @param opening the page, and the URL that it opens in the end
 */
export function judgeMixedContent({ page, url }: { page: URL; url: URL }): Mixed {
  if (page.protocol !== 'https:' || url.protocol !== 'ws:' || isLoopbackHost(url.hostname)) {
    return 'allowed';
  }
  const space = addressSpace(url.hostname) ?? 'public';
  const near = isBelow(url.hostname, ['local']) || space !== 'public';
  return near ? 'in-chromium' : 'refused';
}

/** Judges whether the page has TLS and the socket has none (Mixed Content, section 4.4). */
export const mixedContent: Rule = {
  code: 'mixed-content',
  meaning: 'an https:// page may not open ws://',
  page: ({ page, target }) => {
    const from = parseUrl(page?.url ?? '');
    if (page === undefined || from === undefined) {
      return undefined;
    }
    const url = openedUrl(new URL(target.url), parsePolicies(page.policies));
    const mixed = judgeMixedContent({ page: from, url });
    if (mixed === 'allowed') {
      return undefined;
    }
    const secure = url.href.replace(/^ws:/, 'wss:');
    return {
      clients: ['browser'],
      ...(mixed === 'in-chromium' ? { browsers: ['Firefox', 'Safari'] } : {}),
      cause:
        mixed === 'in-chromium'
          ? 'Firefox and Safari block ws:// on an https:// page as mixed content. Chromium allows it to a local address.'
          : 'Browsers block ws:// to another machine from an https:// page (mixed content).',
      evidence: `The page is ${page.url}, and the socket is ${url.href}.`,
      fix: `Serve the socket over TLS, and use ${secure} in the page instead of ${url.href}.`,
    };
  },
};
