import { isLoopbackHost } from '../../../core/loopback.js';
import { covers, type Opening } from './csp-source.js';
import type { PagePolicy } from '../../page-evidence.js';

/** One policy: its directives by their names in lower case. */
export interface Policy {
  from: PagePolicy['from'];
  directives: Map<string, string[]>;
}

/** The directive of a policy that forbids a socket. */
export interface Forbidding {
  from: PagePolicy['from'];
  directive: string;
  sources: string[];
}

/** Directives that a <meta> cannot set (CSP level 3, section 3.3; the second is Chromium's own). */
const ofHeaders = ['sandbox', 'treat-as-public-address'];

const isValue = /^[\t\n\f\r\x20-\x7e]*$/;

/** Section 2.2.1: of several directives with the same name, the first counts. */
function directivesOf(text: string, from: PagePolicy['from']): Map<string, string[]> {
  const directives = new Map<string, string[]>();
  for (const part of text.split(';')) {
    const [name = '', ...words] = part.split(/[\t\n\f\r ]+/).filter((word) => word !== '');
    const key = name.toLowerCase();
    const counts = !directives.has(key) && !(from === 'document' && ofHeaders.includes(key));
    // Chromium ignores a directive with characters outside the grammar.
    if (/^[a-z-]+$/.test(key) && counts && isValue.test(part)) {
      directives.set(key, words);
    }
  }
  return directives;
}

/** @returns the policies, all of which apply (section 2.2.2) */
export function parsePolicies(policies: PagePolicy[]): Policy[] {
  return policies.flatMap(({ text, from }) =>
    text
      .split(',')
      .map((each) => ({ from, directives: directivesOf(each, from) }))
      .filter(({ directives }) => directives.size > 0),
  );
}

function says(policies: Policy[], directive: string): boolean {
  return policies.some(({ directives }) => directives.has(directive));
}

/** @returns whether Chromium treats the page as a page of the internet, whatever its address */
export function isTreatedAsPublic(policies: Policy[]): boolean {
  return says(policies, 'treat-as-public-address');
}

/** @returns whether a sandbox denies the page a permission (HTML, section 7.1.5) */
export function isDenied(policies: Policy[], permission: 'scripts' | 'same-origin'): boolean {
  return policies.some(({ directives }) => {
    const words = directives.get('sandbox')?.map((word) => word.toLowerCase());
    return words !== undefined && !words.includes(`allow-${permission}`);
  });
}

/** @returns the Origin header of the page's sockets: `null` if the page is sandboxed */
export function originOf(page: URL, policies: Policy[]): string {
  return isDenied(policies, 'same-origin') ? 'null' : page.origin;
}

/**
 * @returns the URL that Chromium opens: `upgrade-insecure-requests` changes ws:// to wss:// and port 80
 * to port 443, but not for this machine (Upgrade Insecure Requests, section 4.1)
 */
export function openedUrl(url: URL, policies: Policy[]): URL {
  const upgraded =
    url.protocol === 'ws:' &&
    says(policies, 'upgrade-insecure-requests') &&
    !isLoopbackHost(url.hostname);
  return upgraded ? new URL(url.href.replace(/^ws:/, 'wss:')) : url;
}

/** Section 6.8.4: without connect-src, default-src applies. */
function decisive({ from, directives }: Policy): Forbidding | undefined {
  const directive = ['connect-src', 'default-src'].find((name) => directives.has(name));
  return directive === undefined
    ? undefined
    : { from, directive, sources: directives.get(directive) ?? [] };
}

/** @returns the directives that forbid a socket to `url`, as returned by `openedUrl` */
export function forbidding(policies: Policy[], opening: Opening): Forbidding[] {
  return policies
    .flatMap((policy) => decisive(policy) ?? [])
    .filter(({ sources }) => !sources.some((source) => covers(source, opening)));
}
