import { dotenvText } from './dotenv.js';
import { InvalidValue } from './errors.js';
import { shown } from './shown.js';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const windowsReserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
const portLimit = 65_535;

/** @returns the host as URLs write it (WHATWG URL, section 3.5); nothing for what is no host */
function hostInUrl(text: string): string | undefined {
  const url = `http://${text}/`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
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
  return /^[\d.]+$/.test(text) && hostInUrl(text) === text;
}

/** @returns the host that a mistaken entry means: the one inside a URL, or the text in URLs' form */
function hostMeant(text: string): string | undefined {
  const urls = [text, `http://${text}`, `http://[${text}]`];
  const url = urls.find((each) => each.includes('://') && URL.canParse(each));
  const host = url === undefined ? '' : new URL(url).hostname.replace(/^\[|[\].]$/g, '');
  return isHostName(host) || isAddress(host) ? host : undefined;
}

/**
 * An address or name to listen on.
 * @throws InvalidValue naming the host that was meant
 */
export function checkHost(text: string): void {
  if (isHostName(text) || isAddress(text)) {
    return;
  }
  const meant = hostMeant(text);
  throw new InvalidValue(
    `${shown(text)} is not a host name or an address.`,
    meant ? `Write ${meant}.` : 'Write a name such as localhost or an address such as 127.0.0.1.',
  );
}

/**
 * Where a service behind a proxy listens. It believes the proxy by its address, and a name has none
 * that could be written down.
 * @throws InvalidValue for a name other than localhost
 */
export function checkHostBehindProxy(text: string): void {
  if (text !== 'localhost' && !isAddress(text)) {
    throw new InvalidValue(
      `${shown(text)} is a name; a service behind a proxy listens on an address.`,
      'Write localhost, or the address on which the proxy reaches the service.',
    );
  }
}

/**
 * A name or address for a certificate; a wildcard may stand for one label in front.
 * @throws InvalidValue naming the host that was meant
 */
export function checkCertificateName(text: string): void {
  const bare = text.startsWith('*.') ? text.slice(2) : text;
  if (text.startsWith('*.') && (!isHostName(bare) || !bare.includes('.'))) {
    throw new InvalidValue(
      `${shown(text)} is not a wildcard that browsers accept.`,
      'Write a wildcard under a domain of two labels or more, such as *.app.test.',
    );
  }
  checkHost(bare);
}

/**
 * The public name that the proxy serves.
 * @throws InvalidValue for an address, a URL, a port or a name with other characters
 */
export function checkDomain(text: string): void {
  if (isHostName(text)) {
    return;
  }
  const meant = hostMeant(text);
  const usable = meant !== undefined && isHostName(meant);
  throw new InvalidValue(
    `${shown(text)} is not a domain name.`,
    usable ? `Write ${meant}.` : 'Write a name such as chat.example.com.',
  );
}

/**
 * An origin as browsers send it (RFC 6454, section 6.2): scheme, host and a port that is not the
 * scheme's own, nothing behind it.
 * @throws InvalidValue showing the origin meant
 */
export function checkOrigin(text: string): void {
  const form = 'Write origins as scheme://host[:port], such as https://localhost:3000.';
  if (text.includes('*')) {
    throw new InvalidValue(`${shown(text)} has a wildcard; each origin is listed exactly.`, form);
  }
  const typed = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(typed) || !/^https?:$/.test(new URL(typed).protocol)) {
    throw new InvalidValue(`${shown(text)} is not an origin.`, form);
  }
  const { origin } = new URL(typed);
  if (origin !== text) {
    throw new InvalidValue(
      `${shown(text)} is not an origin as browsers send it.`,
      `Write ${origin}.`,
    );
  }
  // URLs may hold more, such as commas and quotes, but no name in the DNS does.
  if (!/^([a-z0-9._-]+|\[.*\])$/.test(new URL(typed).hostname)) {
    throw new InvalidValue(`The host of ${shown(text)} is no name and no address.`, form);
  }
}

/** @throws InvalidValue unless the number is a TCP port that a service can be reached on */
export function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > portLimit) {
    throw new InvalidValue(`"${port}" is not a port.`, `Write a number from 1 to ${portLimit}.`);
  }
}

/** Control characters, line breaks, halves of characters, and what stands for bytes that are no text. */
const unwritable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\uFFFD]/u;

/** Bytes in one part of a path on the common file systems. */
const longestPart = 255;

function isTooLong(part: string): boolean {
  return new TextEncoder().encode(part).length > longestPart;
}

/** @throws InvalidValue for text that no file system or settings file can hold */
export function checkPath(text: string): void {
  const fix = 'Write the path of a file or folder.';
  if (text.trim() === '') {
    throw new InvalidValue(`${shown(text)} is not a path.`, fix);
  }
  if (unwritable.test(text)) {
    throw new InvalidValue(
      `${shown(text)} is not a path: it holds a line break, a control character or broken Unicode.`,
      fix,
    );
  }
  const long = text.split('/').find(isTooLong);
  if (long !== undefined) {
    throw new InvalidValue(
      `${shown(long)} is longer than ${longestPart} bytes, which file systems do not take.`,
      'Choose a shorter name.',
    );
  }
}

/**
 * A path that stands in a settings file, whose quotes know no escapes.
 * @throws InvalidValue also for a path that holds every kind of quote
 */
export function checkSettingsPath(text: string): void {
  checkPath(text);
  if (dotenvText(text) === undefined) {
    throw new InvalidValue(
      `${shown(text)} holds more kinds of quotes than a settings file can.`,
      'Give the file another name.',
    );
  }
}

/** @throws InvalidValue for a name that Windows reserves: a project is shared */
export function checkFolderName(name: string): void {
  if (windowsReserved.test(name)) {
    throw new InvalidValue(
      `${shown(name)} is a name that Windows reserves.`,
      'Choose another name.',
    );
  }
}

/**
 * A path for the project, on whose last part a name is built that every system can hold.
 * @throws InvalidValue for names that Windows reserves or changes
 */
export function checkDirectory(text: string): void {
  checkPath(text);
  const last =
    text
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) ?? '';
  checkFolderName(last);
  if (/[. ]$/.test(last) && !/^\.{1,2}$/.test(last)) {
    throw new InvalidValue(
      `${shown(last)} ends in a ${last.endsWith('.') ? 'dot' : 'space'}, which Windows drops.`,
      'Choose a name without it.',
    );
  }
}
