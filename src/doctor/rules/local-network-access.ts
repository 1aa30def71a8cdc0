import { addressSpace } from '../../core/address-space.js';
import { isLoopbackHost } from '../../core/loopback.js';
import type { Evidence } from '../evidence.js';
import type { PageEvidence } from '../page-evidence.js';
import type { Rule } from '../verdict.js';
import { isTreatedAsPublic, parsePolicies } from './shared/csp.js';

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
export const localNetworkAccess: Rule = {
  code: 'local-network-access',
  meaning: 'a page from the internet may not open a socket to a local address',
  page: (evidence) => {
    const { page, target } = evidence;
    const why = page === undefined ? undefined : publicity(page);
    const addresses = serverAddresses(evidence);
    const near = addresses.filter((address) => !isPublic(address));
    if (page === undefined || why === undefined || near.length === 0) {
      return undefined;
    }
    const asks = mayAsk(new URL(page.url));
    return {
      clients: ['browser'],
      browsers: ['Chromium'],
      cause: asks
        ? `${page.url} comes from the internet. Such a page needs its user's permission to open a socket to a local address.`
        : `${page.url} comes from the internet without TLS. Such a page may not open a socket to a local address.`,
      evidence: `${why.seen}, and ${target.host} is at ${near.join(' and ')}.`,
      fix: asks
        ? `${why.otherwise}. Or allow local network access in the browser's settings for this site.`
        : `${why.otherwise}. Or serve it over https:// and allow local network access when the browser asks.`,
      alternatives: asks || near.length < addresses.length ? ['healthy'] : [],
    };
  },
};
