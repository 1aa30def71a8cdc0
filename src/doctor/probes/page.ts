import { bareHost, parseUrl } from '../../core/hosts.js';
import type { Target } from '../evidence.js';
import { originOf, parsePolicies } from '../rules/shared/csp.js';
import { documentPolicies } from '../rules/shared/csp-document.js';
import type { PageEvidence, PagePolicy } from '../page-evidence.js';
import type { Parsed } from './http.js';
import { fetchOnce, type WaitLimits } from './page-fetch.js';

const mostRedirects = 5;
const redirects = [301, 302, 303, 307, 308];

function policiesOf({ headers, body }: Parsed): PagePolicy[] {
  const header = headers['content-security-policy'];
  const isDocument = /html/i.test(headers['content-type'] ?? '');
  return [
    ...(header === undefined ? [] : [{ text: header, from: 'header' as const }]),
    ...(isDocument ? documentPolicies(body) : []).map((text) => ({
      text,
      from: 'document' as const,
    })),
  ];
}

/** A redirect may contain a user name and a password, which must not be printed. */
function withoutSecrets(url: URL | undefined): URL | undefined {
  if (url !== undefined) {
    url.username = '';
    url.password = '';
  }
  return url;
}

async function follow(url: URL, limits: WaitLimits, left: number): Promise<PageEvidence> {
  const failed = (error: string): PageEvidence => ({ url: url.href, error, policies: [] });
  if (!['http:', 'https:'].includes(url.protocol)) {
    return failed('the URL is neither http:// nor https://');
  }
  const fetched = await fetchOnce(url, limits);
  if (typeof fetched === 'string') {
    return failed(fetched);
  }
  const { address, answer } = fetched;
  const location = answer.headers['location'];
  if (!redirects.includes(answer.status) || location === undefined) {
    const cookies = answer.headers['set-cookie'];
    return {
      url: url.href,
      address,
      status: answer.status,
      policies: policiesOf(answer),
      ...(cookies === undefined ? {} : { cookies }),
    };
  }
  const next = withoutSecrets(parseUrl(location, url));
  if (next === undefined) {
    return failed('a redirect to an invalid URL');
  }
  return left === 0
    ? failed(`more than ${mostRedirects} redirects`)
    : follow(next, limits, left - 1);
}

/**
 * Fetches what decides which sockets a page may open: its address and its policies. Verifies nothing,
 * and reads at most the first 64 KiB. Never throws.
 *
 * @param limits `limit` is for each wait
 */
export async function readPage(text: string, limits: WaitLimits): Promise<PageEvidence> {
  const url = parseUrl(text);
  return url === undefined
    ? { url: text, error: 'the URL is invalid', policies: [] }
    : follow(url, limits, mostRedirects);
}

/** @returns the origin that sockets of a page send; undefined if it could not be fetched */
export function pageOrigin({ url, error, policies }: PageEvidence): string | undefined {
  const page = parseUrl(url);
  return page === undefined || error !== undefined
    ? undefined
    : originOf(page, parsePolicies(policies));
}

/** A comma that separates two cookies, and not the parts of a date. */
const nextCookie = /,\s*(?=[^\s;,=]+=)/;

/** @returns the cookies of a page that its sockets send: cookies belong to a host, whatever the port */
export function cookiesFor(
  { url, cookies }: PageEvidence,
  { host, secure }: Pick<Target, 'host' | 'secure'>,
): string | undefined {
  const page = parseUrl(url);
  const isSame = page !== undefined && bareHost(page.hostname) === bareHost(host);
  if (cookies === undefined || !isSame || (page.protocol === 'https:') !== secure) {
    return undefined;
  }
  return cookies
    .split(nextCookie)
    .map((cookie) => cookie.split(';', 1)[0]?.trim())
    .join('; ');
}
