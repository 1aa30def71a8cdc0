import { parseUrl } from '../../core/hosts.js';
import { originOf, parsePolicies } from '../../plan/diagnosis/csp.js';
import { documentPolicies } from '../../plan/diagnosis/page-document.js';
import type { PageEvidence, PagePolicy } from '../../plan/diagnosis/page-evidence.js';
import type { Parsed } from './http.js';
import { fetchOnce, type Patience } from './page-fetch.js';

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

/** A redirect may name a user and a password, which are not to be printed. */
function withoutSecrets(url: URL | undefined): URL | undefined {
  if (url !== undefined) {
    url.username = '';
    url.password = '';
  }
  return url;
}

async function follow(url: URL, patience: Patience, left: number): Promise<PageEvidence> {
  const failed = (error: string): PageEvidence => ({ url: url.href, error, policies: [] });
  if (!['http:', 'https:'].includes(url.protocol)) {
    return failed('an address that is neither http:// nor https://');
  }
  const fetched = await fetchOnce(url, patience);
  if (typeof fetched === 'string') {
    return failed(fetched);
  }
  const { address, answer } = fetched;
  const location = answer.headers['location'];
  if (!redirects.includes(answer.status) || location === undefined) {
    return { url: url.href, address, status: answer.status, policies: policiesOf(answer) };
  }
  const next = withoutSecrets(parseUrl(location, url));
  if (next === undefined) {
    return failed('a redirect to nowhere');
  }
  return left === 0
    ? failed(`more than ${mostRedirects} redirects`)
    : follow(next, patience, left - 1);
}

/**
 * Fetches a page as far as it decides what it may open: its address and its policies. Nothing is
 * verified, and no more than the first 64 KiB are looked at. Never throws.
 *
 * @param patience `limit` is for each thing that is waited for
 */
export async function readPage(text: string, patience: Patience): Promise<PageEvidence> {
  const url = parseUrl(text);
  return url === undefined
    ? { url: text, error: 'no address at all', policies: [] }
    : follow(url, patience, mostRedirects);
}

/** @returns what sockets of a page claim as their origin; nothing where it could not be fetched */
export function pageOrigin({ url, error, policies }: PageEvidence): string | undefined {
  const page = parseUrl(url);
  return page === undefined || error !== undefined
    ? undefined
    : originOf(page, parsePolicies(policies));
}
