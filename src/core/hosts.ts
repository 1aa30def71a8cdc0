const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * @param base what a relative one is resolved against
 * @returns the URL, or nothing for what is none. `URL.canParse` is not asked: once Node 20 has
 * compiled it, it misjudges text with letters such as Ü.
 */
export function parseUrl(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    // That it cannot be parsed is the answer.
    return undefined;
  }
}

const usualPorts: Record<string, number> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 };

/** @returns the port that a URL leads to (WHATWG URL, section 3.2); 0 for a scheme that has no usual one */
export function portOf({ port, protocol }: URL): number {
  return port === '' ? (usualPorts[protocol] ?? 0) : Number(port);
}

/** @returns the hosts of the origins that are web pages: an app has no host of its own */
export function pageHosts(origins: string[]): string[] {
  const pages = origins.filter((origin) => /^https?:/.test(origin));
  return pages.map((origin) => new URL(origin).hostname.replace(/^\[|\]$/g, ''));
}

/** @returns the host as URLs write it (WHATWG URL, section 3.5); nothing for what is no host */
function hostInUrl(text: string): string | undefined {
  return parseUrl(`http://${text}/`)?.hostname;
}

/**
 * @returns whether the text is a host name in the form of RFC 1123, section 2.1 (punycode, not
 * Unicode), and one that every program takes for a name: `127.0x1` is an address in a URL
 */
export function isHostName(text: string): boolean {
  const labels = text.split('.');
  const numericEnd = /^\d+$/.test(labels.at(-1) ?? '');
  const wellFormed = text.length <= 253 && !numericEnd && labels.every((part) => label.test(part));
  return wellFormed && hostInUrl(text) === text;
}

/**
 * @returns whether the text is a dotted IPv4 address or an IPv6 address without brackets, in the
 * one form that URLs write it in: other forms of an address would not be known for the same
 */
export function isAddress(text: string): boolean {
  if (text.includes(':')) {
    return hostInUrl(`[${text}]`) === `[${text}]`;
  }
  return /^(\d+\.){3}\d+$/.test(text) && hostInUrl(text) === text;
}

/** @returns the host that a mistaken entry means: the one inside a URL, or the text in URLs' form */
export function hostMeant(text: string): string | undefined {
  const urls = [text, `http://${text}`, `http://[${text}]`].filter((each) => each.includes('://'));
  const url = urls.map((each) => parseUrl(each)).find((each) => each !== undefined);
  const host = url?.hostname.replace(/^\[|[\].]$/g, '') ?? '';
  return isHostName(host) || isAddress(host) ? host : undefined;
}
