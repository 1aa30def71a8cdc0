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

const usualPorts: Record<string, number> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 };

/** @returns the port of a URL (WHATWG URL, section 3.2); 0 for a scheme without a default port */
export function portOf({ port, protocol }: URL): number {
  return port === '' ? (usualPorts[protocol] ?? 0) : Number(port);
}

/** @returns the hosts of the origins of web pages: the origin of an app has no real host */
export function pageHosts(origins: string[]): string[] {
  const pages = origins.filter((origin) => /^https?:/.test(origin));
  return pages.map((origin) => new URL(origin).hostname.replace(/^\[|\]$/g, ''));
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
  if (text.includes(':')) {
    return hostInUrl(`[${text}]`) === `[${text}]`;
  }
  return /^(\d+\.){3}\d+$/.test(text) && hostInUrl(text) === text;
}

/** @returns the host that a wrong entry probably means: the one in a URL, or the text as in URLs */
export function hostMeant(text: string): string | undefined {
  const urls = [text, `http://${text}`, `http://[${text}]`].filter((each) => each.includes('://'));
  const url = urls.map((each) => parseUrl(each)).find((each) => each !== undefined);
  const host = url?.hostname.replace(/^\[|[\].]$/g, '') ?? '';
  return isHostName(host) || isAddress(host) ? host : undefined;
}
