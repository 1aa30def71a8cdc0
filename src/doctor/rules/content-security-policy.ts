import { isIPv6, parseUrl } from '../../core/hosts.js';
import type { Evidence } from '../evidence.js';
import type { PageEvidence } from '../page-evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { judgeMixedContent } from './mixed-content.js';
import { isPlainOnTls } from './shared/upgrade.js';
import { forbidding, isDenied, openedUrl, parsePolicies, type Forbidding } from './shared/csp.js';

const places = {
  header: 'the Content-Security-Policy header',
  document: 'the <meta http-equiv="Content-Security-Policy">',
} as const;

/** The source that covers a socket: a source cannot name an IPv6 address, so `*` stands for it. */
function sourceFor(url: URL): string {
  const host = isIPv6(url.hostname) ? '*' : url.hostname;
  return `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}`;
}

function written({ directive, sources }: Pick<Forbidding, 'directive' | 'sources'>): string {
  return [directive, ...sources].join(' ');
}

/** Sources that apply to connections: not 'none', and not those for scripts. */
function isKept(source: string): boolean {
  return !source.startsWith("'") || source.toLowerCase() === "'self'";
}

/** The directive to write: what default-src allows stays allowed for connections. */
function mended({ sources }: Forbidding, url: URL): string {
  return written({
    directive: 'connect-src',
    sources: [...sources.filter(isKept), sourceFor(url)],
  });
}

/** Longer texts are cut off. */
const longest = 300;

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function changeOf(each: Forbidding, url: URL): string {
  const [old, whole] = [written(each), mended(each, url)];
  const place = `In ${places[each.from]},`;
  if (whole.length > longest) {
    return `${place} add ${sourceFor(url)} to connect-src, and keep the sources of ${each.directive}.`;
  }
  return each.directive === 'connect-src'
    ? `${place} replace "${old}" with "${whole}".`
    : `${place} add "; ${whole}" after "${old}".`;
}

function forbidden(page: PageEvidence, url: URL, found: Forbidding[]): Finding {
  const said = found
    .map((each) => `"${shortened(written(each))}" (${places[each.from]})`)
    .join(' and ');
  return {
    clients: ['browser'],
    cause: `The Content-Security-Policy of ${page.url} does not allow a connection to ${url.href}.`,
    evidence: `The page has ${said}. No source there covers ${sourceFor(url)}.`,
    fix: [...new Set(found.map((each) => changeOf(each, url)))].join(' '),
  };
}

function scriptless(page: PageEvidence): Finding {
  return {
    clients: ['browser'],
    cause: `The Content-Security-Policy of ${page.url} puts the page in a sandbox without scripts. Without scripts it cannot open a socket.`,
    evidence: 'The header has the directive sandbox without allow-scripts.',
    fix: 'Write "sandbox allow-scripts allow-same-origin" in the Content-Security-Policy header, or remove the directive.',
  };
}

function upgraded(page: PageEvidence, asked: URL, opened: URL): Finding {
  const samePort = asked.port === opened.port && asked.port !== '';
  return {
    clients: ['browser'],
    cause: `The Content-Security-Policy of ${page.url} makes browsers open ${opened.href} instead of ${asked.href}, but the server speaks plain HTTP.`,
    evidence: `The page has the directive upgrade-insecure-requests, and the port of ${asked.href} answers in plain HTTP.`,
    fix: `Serve ${opened.href} over TLS and open that, or remove upgrade-insecure-requests from the policy.`,
    // Port 80 becomes port 443, which another server may use.
    alternatives: samePort ? [] : ['healthy'],
  };
}

/** The URL that is left when the advice of another rule is followed: to use wss:// on an https: page. */
function usedUrl(evidence: Evidence, url: URL): URL {
  const page = parseUrl(evidence.page?.url ?? '');
  const isPage = page?.protocol === 'https:' && url.protocol === 'ws:';
  const isTold =
    isPage && (isPlainOnTls(evidence) || judgeMixedContent({ page, url }) !== 'allowed');
  return isTold ? new URL(url.href.replace(/^ws:/, 'wss:')) : url;
}

/** Judges the socket by the policies of the page (CSP level 3). */
export const contentSecurityPolicy: Rule = {
  code: 'content-security-policy',
  meaning: "the page's Content-Security-Policy forbids the socket",
  page: (evidence) => {
    const { page, target, upgrade } = evidence;
    if (page === undefined || page.error !== undefined) {
      return undefined;
    }
    const policies = parsePolicies(page.policies);
    const asked = new URL(target.url);
    const opened = openedUrl(asked, policies);
    const url = usedUrl(evidence, opened);
    if (isDenied(policies, 'scripts')) {
      return scriptless(page);
    }
    const found = forbidding(policies, { page: new URL(page.url), url });
    if (found.length > 0) {
      return forbidden(page, url, found);
    }
    const plain = upgrade?.answer !== undefined && opened.href !== asked.href;
    return plain ? upgraded(page, asked, opened) : undefined;
  },
};
