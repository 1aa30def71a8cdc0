import { addressSpace } from '../../core/address-space.js';
import { isBelow } from '../../core/hosts.js';
import { isLoopbackHost } from '../../core/loopback.js';

/** Whether an https: page may open ws:// to a host. */
export type Mixed = 'allowed' | 'refused' | 'in-chromium';

/**
 * Measured on Chromium 156: it opens sockets that Mixed Content, section 4.4, tells browsers to refuse
 * if the host is not a public address, or is a multicast DNS name (RFC 6762). Local Network Access
 * judges these sockets instead.
 *
 * @param opening the page, and the URL that it opens in the end
 */
export function mixedContent({ page, url }: { page: URL; url: URL }): Mixed {
  if (page.protocol !== 'https:' || url.protocol !== 'ws:' || isLoopbackHost(url.hostname)) {
    return 'allowed';
  }
  const space = addressSpace(url.hostname) ?? 'public';
  const near = isBelow(url.hostname, ['local']) || space !== 'public';
  return near ? 'in-chromium' : 'refused';
}
