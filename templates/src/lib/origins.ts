/**
 * The exact origin that an entry of DOMAINS means, as a browser sends it (RFC 6454, section 6.2).
 * Some apps have origins with their own scheme, such as capacitor://localhost.
 *
 * @returns undefined if the entry has a wildcard, has no host or is a file
 */
export function exactOrigin(entry: string): string | undefined {
  const url = entry.includes('*') ? undefined : parse(entry.replace(/^ws(s?):/i, 'http$1:'));
  if (url === undefined || url.origin !== 'null') return url?.origin;
  if (url.host === '' || url.protocol === 'file:') return undefined;
  return `${url.protocol}//${url.host.toLowerCase()}`;
}

/** Explains why an entry for pages from files is not allowed; undefined for other entries. */
export function fileMistake(entry: string): string | undefined {
  return entry === 'null' || /^file:/i.test(entry)
    ? 'Browsers send "null" for pages from files, and any page can send it. Serve the page over HTTP.'
    : undefined;
}

/** Explains what is wrong with an entry of DOMAINS; undefined for an exact origin. */
export function originMistake(entry: string): string | undefined {
  const meant = exactOrigin(entry);
  if (meant === entry) return undefined;
  const form = meant ?? 'scheme://host or scheme://host:port';
  return `lists "${entry}", which is not an exact origin. ${fileMistake(entry) ?? `Write ${form}.`}`;
}

// Not URL.canParse: in Node 20 it misjudges letters such as Ü after about 800 calls.
function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
