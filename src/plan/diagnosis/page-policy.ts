import { isIPv6 } from '../../core/hosts.js';
import { forbidding, isKeptFrom, openedUrl, parsePolicies, type Forbidding } from './csp.js';
import type { Evidence } from './evidence.js';
import type { PageEvidence } from './page-evidence.js';
import type { Finding } from './verdict.js';

const places = {
  header: 'the header Content-Security-Policy',
  document: 'the <meta http-equiv="Content-Security-Policy">',
} as const;

/** The source that covers a socket: none can name an address of IPv6, so that `*` stands for it. */
function sourceFor(url: URL): string {
  const host = isIPv6(url.hostname) ? '*' : url.hostname;
  return `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}`;
}

function written({ directive, sources }: Pick<Forbidding, 'directive' | 'sources'>): string {
  return [directive, ...sources].join(' ');
}

/** Sources that have a meaning for connections: not 'none', and nothing of scripts. */
function isKept(source: string): boolean {
  return !source.startsWith("'") || source.toLowerCase() === "'self'";
}

/** The directive to write: what default-src allows must stay allowed for connections. */
function mended({ sources }: Forbidding, url: URL): string {
  return written({
    directive: 'connect-src',
    sources: [...sources.filter(isKept), sourceFor(url)],
  });
}

/** More is not repeated. */
const longest = 300;

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function changeOf(each: Forbidding, url: URL): string {
  const [old, whole] = [written(each), mended(each, url)];
  const place = `In ${places[each.from]},`;
  if (whole.length > longest) {
    return `${place} add ${sourceFor(url)} to connect-src, beside what ${each.directive} has.`;
  }
  return each.directive === 'connect-src'
    ? `${place} write "${whole}" in place of "${old}".`
    : `${place} add "; ${whole}" behind "${old}".`;
}

function forbidden(page: PageEvidence, url: URL, found: Forbidding[]): Finding {
  const said = found
    .map((each) => `"${shortened(written(each))}" (${places[each.from]})`)
    .join(' and ');
  return {
    cause: `The Content-Security-Policy of ${page.url} does not let the page connect to ${url.href}.`,
    evidence: `The page has ${said}, and no source there covers ${sourceFor(url)}.`,
    fix: [...new Set(found.map((each) => changeOf(each, url)))].join(' '),
  };
}

function scriptless(page: PageEvidence): Finding {
  return {
    cause: `The Content-Security-Policy of ${page.url} puts the page into a sandbox without scripts, so that it opens no socket at all.`,
    evidence: 'The header has the directive sandbox without allow-scripts.',
    fix: 'Write "sandbox allow-scripts allow-same-origin" in the header Content-Security-Policy, or leave the directive out.',
  };
}

function upgraded(page: PageEvidence, asked: URL, opened: URL): Finding {
  const samePort = asked.port === opened.port && asked.port !== '';
  return {
    cause: `The Content-Security-Policy of ${page.url} has browsers open ${opened.href} in place of ${asked.href}, and the server speaks plain HTTP.`,
    evidence: `The page has the directive upgrade-insecure-requests, and the port of ${asked.href} answers in plain HTTP.`,
    fix: `Serve ${opened.href} by TLS and open that, or take upgrade-insecure-requests out of the policy.`,
    // Port 80 becomes port 443, behind which another server may be.
    alternatives: samePort ? [] : ['healthy'],
  };
}

/** Judges what the policies of the page say of the socket (CSP level 3). */
export function policyFinding({ page, target, upgrade }: Evidence): Finding | undefined {
  if (page === undefined || page.error !== undefined) {
    return undefined;
  }
  const policies = parsePolicies(page.policies);
  const asked = new URL(target.url);
  const url = openedUrl(asked, policies);
  if (isKeptFrom(policies, 'scripts')) {
    return scriptless(page);
  }
  const found = forbidding(policies, { page: new URL(page.url), url });
  if (found.length > 0) {
    return forbidden(page, url, found);
  }
  const plain = upgrade?.answer !== undefined && url.href !== asked.href;
  return plain ? upgraded(page, asked, url) : undefined;
}
