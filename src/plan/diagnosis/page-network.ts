import { addressSpace } from '../../core/address-space.js';
import { parseUrl } from '../../core/hosts.js';
import { isLoopbackHost } from '../../core/loopback.js';
import { isTreatedAsPublic, openedUrl, parsePolicies } from './csp.js';
import type { Evidence } from './evidence.js';
import { mixedContent } from './mixed-content.js';
import type { PageEvidence } from './page-evidence.js';
import type { Finding } from './verdict.js';

function isPublic(address: string): boolean {
  return addressSpace(address) === 'public';
}

/** Why a page counts as one of the internet, and how it would not. */
interface Publicity {
  seen: string;
  otherwise: string;
}

function publicity({ address, policies }: PageEvidence): Publicity | undefined {
  if (address !== undefined && isPublic(address)) {
    return {
      seen: `The page came from ${address}, a public address`,
      otherwise: 'Open the page from this machine or network in development',
    };
  }
  return isTreatedAsPublic(parsePolicies(policies))
    ? {
        seen: 'The page has the directive treat-as-public-address',
        otherwise: 'Take treat-as-public-address out of the header Content-Security-Policy',
      }
    : undefined;
}

/** The addresses that a client would come to. */
function serverAddresses({ reached, name }: Evidence): string[] {
  const open = reached.filter(({ named, result }) => named && result === 'open');
  return (open.length > 0 ? open : (name?.addresses ?? [])).map(({ address }) => address);
}

/** A page that may ask, with TLS or of this machine (Secure Contexts, section 3.1). */
function mayAsk(page: URL): boolean {
  return page.protocol === 'https:' || isLoopbackHost(page.hostname);
}

/**
 * Local Network Access, as Chromium 156 does it: a page from a public address opens sockets to
 * loopback and private addresses with its user's permission, for which it must be a secure context.
 * Pages from private addresses open them as they like.
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
      cause: `${page.url} is a page of the internet without TLS, which may not open a socket to a local address.`,
      evidence: seen,
      fix: `${why.otherwise}, or serve it as https:// and allow it access to the local network when the browser asks.`,
      alternatives: near.length < addresses.length ? ['healthy'] : [],
    };
  }
  return {
    cause: `${page.url} is a page of the internet, which opens a socket to a local address only after its user has allowed it.`,
    evidence: seen,
    fix: `${why.otherwise}, or allow the page access to the local network, in the browser's settings for this site.`,
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
  const fix = `Serve the socket by TLS, and write ${secure} in the page in place of ${url.href}.`;
  const seen = `The page is ${page.url}, and the socket is ${url.href}.`;
  if (mixed === 'in-chromium') {
    return {
      severity: 'warning',
      cause: `Browsers refuse ws:// on an https:// page by the rules of mixed content; Chromium lets it pass to a local address.`,
      evidence: seen,
      fix,
    };
  }
  return {
    cause: 'The page has come over https://, from which browsers open no ws:// to another machine.',
    evidence: seen,
    fix,
  };
}
