import { everywhere } from '../src/addresses.js';
import { Mistakes } from '../src/mistakes.js';
import type { Settings } from '../src/settings.js';

type Place = Pick<Settings, 'DOMAINS' | 'HTTPS' | 'HOST' | 'PORT' | 'TRUST_PROXY'>;

/** A socket's address, and the origin of the page that seems to open it. */
export interface Target {
  url: URL;
  origin: string;
}

/**
 * Where to connect: to `address` as a page of `origin`, or where the settings say that the service is.
 *
 * @throws {Mistakes} when the address is none of ws:, wss:, http: or https:.
 */
export function targetOf(settings: Place, [address, origin]: string[]): Target {
  const page = parse(address ?? ownAddress(settings));
  const url = new URL(page);
  url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  if (url.pathname === '/') url.pathname = '/live';
  return { url, origin: origin ?? (address ? page.origin : allowedOrigin(settings, page.origin)) };
}

function parse(address: string): URL {
  const text = address.replace(/^ws(s?):/i, 'http$1:');
  if (/^https?:/i.test(text) && URL.canParse(text)) return new URL(text);
  throw new Mistakes([`"${address}" is no address of a socket. Write wss://HOST:PORT/PATH.`]);
}

/**
 * The address under which pages find the service, since that is on the certificate: through the proxy
 * in front of it, or else where it listens.
 */
function ownAddress({ DOMAINS, HTTPS, HOST, PORT, TRUST_PROXY }: Place): string {
  const scheme = HTTPS ? 'https' : 'http';
  const pages = DOMAINS.filter((origin) => /^https?:/.test(origin));
  const isHere = (page: string) => page.startsWith(`${scheme}:`) && portOf(new URL(page)) === PORT;
  const found = TRUST_PROXY.length > 0 ? pages[0] : pages.find(isHere);
  const host = everywhere.has(HOST) ? 'localhost' : HOST;
  return found ?? `${scheme}://${host.includes(':') ? `[${host}]` : host}:${PORT}`;
}

function portOf({ port, protocol }: URL): number {
  const usual = protocol === 'https:' ? 443 : 80;
  return port === '' ? usual : Number(port);
}

function allowedOrigin({ DOMAINS }: Place, own: string): string {
  return DOMAINS.includes(own) ? own : (DOMAINS[0] ?? own);
}
