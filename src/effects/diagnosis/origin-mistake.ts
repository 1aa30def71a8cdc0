import { parseUrl } from '../../core/hosts.js';

/** The origin that an entry means; nothing where that cannot be told. */
function originMeant(entry: string): string | undefined {
  const url = entry.includes('*') ? undefined : parseUrl(entry.replace(/^ws(s?):/i, 'http$1:'));
  if (url === undefined || url.origin !== 'null') {
    return url?.origin;
  }
  // Apps such as capacitor://localhost send an origin that URL does not know.
  return url.host === '' ? undefined : `${url.protocol}//${url.host}`;
}

/**
 * What the service says of an entry of `DOMAINS` at its start; it takes origins of apps, which `--origins`
 * does not.
 * @returns a sentence about a mistaken entry
 */
export function originMistake(entry: string): string | undefined {
  const meant = originMeant(entry);
  if (meant === entry) {
    return undefined;
  }
  const advice =
    meant === undefined ? 'Write scheme://host or scheme://host:port.' : `Write ${meant}.`;
  return `DOMAINS lists "${entry}", which is not an exact origin. ${advice}`;
}
