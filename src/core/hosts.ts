import { usualPorts } from './ports.js';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * @param base the base of a relative URL
 * @returns the URL, or undefined for an invalid one. Does not use `URL.canParse`: once Node 20 has
 * compiled it, it misjudges text with letters such as Ü.
 */
export function parseUrl(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    // It is not a URL.
    return undefined;
  }
}

/** @returns the host of a URL without the brackets of IPv6 and the dot that ends a full name */
export function bareHost(host: string): string {
  return host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

/** @returns whether a host, with or without brackets, is an IPv6 address: no name has a colon */
export function isIPv6(host: string): boolean {
  return host.includes(':');
}

/** @returns a host without brackets as URLs have it */
export function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** @returns an address without the name of the interface that it belongs to: fe80::1%eth0 */
export function withoutZone(host: string): string {
  return host.replace(/%.*$/, '');
}

/** @returns the origin of a service, with IPv6 in brackets and the scheme's own port left out */
export function originOf(
  scheme: 'http' | 'https',
  host: string,
  port = usualPorts[`${scheme}:`],
): string {
  return new URL(`${scheme}://${bracketed(host)}:${port}`).origin;
}

/** @returns whether a name is one of these, or below one of them */
export function isBelow(host: string, names: string[]): boolean {
  return names.some((name) => `.${bareHost(host)}`.endsWith(`.${name}`));
}

/** @returns the hosts of the origins of web pages: the origin of an app has no real host */
export function pageHosts(origins: string[]): string[] {
  const pages = origins.filter((origin) => /^https?:/.test(origin));
  return pages.map((origin) => bareHost(new URL(origin).hostname));
}

/** @returns the host as written in URLs (WHATWG URL, section 3.5); undefined for anything else */
function hostInUrl(text: string): string | undefined {
  return parseUrl(`http://${text}/`)?.hostname;
}

/**
 * @returns whether the text is a host name as in RFC 1123, section 2.1 (punycode, not Unicode), that
 * every program reads as a name: `127.0x1` is an address in a URL
 */
export function isHostName(text: string): boolean {
  const labels = text.split('.');
  const numericEnd = /^\d+$/.test(labels.at(-1) ?? '');
  const wellFormed = text.length <= 253 && !numericEnd && labels.every((part) => label.test(part));
  return wellFormed && hostInUrl(text) === text;
}

/**
 * @returns whether the text is a dotted IPv4 address or an IPv6 address without brackets, in the form
 * used in URLs: other forms of the same address would not compare as equal
 */
export function isAddress(text: string): boolean {
  if (isIPv6(text)) {
    return hostInUrl(`[${text}]`) === `[${text}]`;
  }
  return /^(\d+\.){3}\d+$/.test(text) && hostInUrl(text) === text;
}

/** @returns an IPv6 address that is written out in full in its short form; other texts as they are */
export function shortForm(text: string): string {
  return hostInUrl(`[${text}]`)?.slice(1, -1) ?? text;
}

/** @returns the host that a mistaken entry means: the one inside a URL, or the text in URLs' form */
export function hostMeant(text: string): string | undefined {
  const urls = [text, `http://${text}`, `http://[${text}]`].filter((each) => each.includes('://'));
  const url = urls.map((each) => parseUrl(each)).find((each) => each !== undefined);
  const host = bareHost(url?.hostname ?? '');
  return isHostName(host) || isAddress(host) ? host : undefined;
}
