import { addressSpace } from '../../core/address-space.js';
import { parseUrl } from '../../core/hosts.js';
import { isLoopbackHost } from '../../core/loopback.js';
import { isTreatedAsPublic, openedUrl, parsePolicies } from './csp.js';
import type { Evidence } from '../evidence.js';
import { mixedContent } from './mixed-content.js';
import type { PageEvidence } from '../page-evidence.js';
import type { Finding } from './verdict.js';

function isPublic(address: string): boolean {
  return addressSpace(address) === 'public';
}

/** Why a page counts as a page of the internet, and how to change that. */
interface Publicity {
  seen: string;
  otherwise: string;
}

function publicity({ address, policies }: PageEvidence): Publicity | undefined {
  if (address !== undefined && isPublic(address)) {
    return {
      seen: `The page came from ${address}, a public address`,
      otherwise: 'In development, open the page from this machine or network',
    };
  }
  return isTreatedAsPublic(parsePolicies(policies))
    ? {
        seen: 'The page has the directive treat-as-public-address',
        otherwise: 'Remove treat-as-public-address from the Content-Security-Policy header',
      }
    : undefined;
}

/** The addresses that a client would connect to. */
function serverAddresses({ reached, name }: Evidence): string[] {
  const open = reached.filter(({ named, result }) => named && result === 'open');
  return (open.length > 0 ? open : (name?.addresses ?? [])).map(({ address }) => address);
}

/** Whether a page may ask its user: served with TLS or from this machine (Secure Contexts, 3.1). */
function mayAsk(page: URL): boolean {
  return page.protocol === 'https:' || isLoopbackHost(page.hostname);
}

/**
 * Local Network Access, as Chromium 156 implements it: a page from a public address needs its user's
 * permission to open sockets to loopback and private addresses, and must be a secure context to ask.
 * Pages from private addresses need no permission.
 */
export function localNetworkFinding(evidence: Evidence): Finding | undefined {
  const { page, target } = evidence;
  const why = page === undefined ? undefined : publicity(page);
  const addresses = serverAddresses(evidence);
  const near = addresses.filter((address) => !isPublic(address));
  if (page === undefined || why === undefined || near.length === 0) {
    return undefined;
  }
  const asks = mayAsk(new URL(page.url));
  const seen = `${why.seen}, and ${target.host} is at ${near.join(' and ')}.`;
  if (!asks) {
    return {
      cause: `${page.url} comes from the internet without TLS. Such a page may not open a socket to a local address.`,
      evidence: seen,
      fix: `${why.otherwise}. Or serve it over https:// and allow local network access when the browser asks.`,
      alternatives: near.length < addresses.length ? ['healthy'] : [],
    };
  }
  return {
    cause: `${page.url} comes from the internet. Such a page needs its user's permission to open a socket to a local address.`,
    evidence: seen,
    fix: `${why.otherwise}. Or allow local network access in the browser's settings for this site.`,
    alternatives: ['healthy'],
  };
}

/** Judges whether the page has TLS and the socket has none (Mixed Content, section 4.4). */
export function mixedFinding({ page, target }: Evidence): Finding | undefined {
  const from = parseUrl(page?.url ?? '');
  if (page === undefined || from === undefined) {
    return undefined;
  }
  const url = openedUrl(new URL(target.url), parsePolicies(page.policies));
  const mixed = mixedContent({ page: from, url });
  if (mixed === 'allowed') {
    return undefined;
  }
  const secure = url.href.replace(/^ws:/, 'wss:');
  const fix = `Serve the socket over TLS, and use ${secure} in the page instead of ${url.href}.`;
  const seen = `The page is ${page.url}, and the socket is ${url.href}.`;
  if (mixed === 'in-chromium') {
    return {
      severity: 'warning',
      cause: `Browsers block ws:// on an https:// page as mixed content. Chromium allows it to a local address.`,
      evidence: seen,
      fix,
    };
  }
  return {
    cause: 'Browsers block ws:// to another machine from an https:// page (mixed content).',
    evidence: seen,
    fix,
  };
}
