import { portOf, usualPorts } from '../../../core/ports.js';

/** A source of a directive with a scheme or a host (CSP level 3, section 2.3.1). */
interface Source {
  /** In lower case; empty if the source has none. */
  scheme: string;
  /** In lower case; `*.` at the start covers subdomains, `*` covers every host; empty for all. */
  host: string;
  /** Digits or `*`; empty for the default port of the scheme. */
  port: string;
  /** Decoded; empty for all. */
  path: string;
}

/** The socket, and the page that would open it. */
export interface Opening {
  page: URL;
  url: URL;
}

const schemeForm = /^([a-z][a-z0-9+.-]*):$/i;
// The grammar of sources has no IPv6 addresses and no underscores.
const hostForm =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z\d-]+(?:\.[a-z\d-]+)*)(?::(\d+|\*))?(\/[^?#]*)?(?:[?#].*)?$/i;

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A path that cannot be decoded is compared as it is.
    return path;
  }
}

function parseSource(text: string): Source | undefined {
  const scheme = schemeForm.exec(text)?.[1];
  if (scheme !== undefined) {
    return { scheme: scheme.toLowerCase(), host: '', port: '', path: '' };
  }
  const found = hostForm.exec(text);
  if (found === null) {
    return undefined;
  }
  const [, ownScheme = '', host = '', port = '', path = ''] = found;
  return {
    scheme: ownScheme.toLowerCase(),
    host: host.toLowerCase(),
    port: port === '*' ? port : port.replace(/^0+(?=\d)/, ''),
    path: decoded(path),
  };
}

function schemeOf(url: URL): string {
  return url.protocol.slice(0, -1);
}

function coversHost(source: string, host: string): boolean {
  if (source === '*') {
    return true;
  }
  return source.startsWith('*.') ? host.endsWith(source.slice(1)) : host === source;
}

/**
 * Section 6.7.2.11 lets `ws://host:8443` cover wss:// on the same port. For Chromium, the step from ws:
 * to wss: is also a step from port 80 to port 443, and covers no other port.
 */
function coversPort({ scheme, port }: Source, url: URL): boolean {
  if (port === '*') {
    return true;
  }
  if (scheme !== schemeOf(url)) {
    return url.port === '' && ['', String(usualPorts['ws:'])].includes(port);
  }
  return portOf(url) === (port === '' ? usualPorts[url.protocol] : Number(port));
}

/** Section 6.7.2.12: a path that ends in a slash covers the paths below it. */
function coversPath(source: string, path: string): boolean {
  const asked = decoded(path);
  return source === '' || (source.endsWith('/') ? asked.startsWith(source) : asked === source);
}

/**
 * Section 6.7.2.9: a scheme covers itself, and ws: covers wss:. A source without a scheme has the scheme
 * of the page, http: or https:, which covers no socket.
 */
function coversScheme({ scheme }: Source, url: URL): boolean {
  return scheme === schemeOf(url) || (scheme === 'ws' && url.protocol === 'wss:');
}

/**
 * Section 6.7.2.8, step 4: the page's own host and port, with wss:, or with ws: if the page itself is
 * http:. Chromium does the same for a sandboxed page without an origin. To Chromium, a port that is
 * written out differs from the default port of the scheme.
 */
function isSelf({ page, url }: Opening): boolean {
  const near = page.hostname === url.hostname && page.port === url.port;
  return near && (url.protocol === 'wss:' || page.protocol === 'http:');
}

/** @returns whether a source covers the socket, as Chromium judges it */
export function covers(text: string, opening: Opening): boolean {
  if (text === '*') {
    return true;
  }
  if (text.toLowerCase() === "'self'") {
    return isSelf(opening);
  }
  const { url } = opening;
  const source = parseSource(text);
  if (source === undefined || !coversScheme(source, url)) {
    return false;
  }
  const anywhere = source.host === '';
  return (
    anywhere ||
    (coversHost(source.host, url.hostname) &&
      coversPort(source, url) &&
      coversPath(source.path, url.pathname))
  );
}
