import { InvalidValue } from './errors.js';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const windowsReserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
const portLimit = 65_535;

/** @returns whether the text is a host name in the form of RFC 1123, section 2.1 (punycode, not Unicode) */
export function isHostName(text: string): boolean {
  const labels = text.split('.');
  const numericEnd = /^\d+$/.test(labels.at(-1) ?? '');
  return text.length <= 253 && !numericEnd && labels.every((part) => label.test(part));
}

/** @returns whether the text is a dotted IPv4 address or an IPv6 address without brackets */
export function isAddress(text: string): boolean {
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(text)) {
    return text.split('.').every((part) => Number(part) < 256 && String(Number(part)) === part);
  }
  return /^[0-9a-f:.]+$/i.test(text) && text.includes(':') && URL.canParse(`http://[${text}]/`);
}

/** @returns the host that a mistaken entry means: the one inside a URL, or the text in ASCII form */
function hostMeant(text: string): string | undefined {
  const url = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(url)) {
    return undefined;
  }
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
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
    `"${text}" is not a host name or an address.`,
    meant ? `Write ${meant}.` : 'Write a name such as localhost or an address such as 127.0.0.1.',
  );
}

/**
 * A name or address for a certificate; a wildcard may stand for one label in front.
 * @throws InvalidValue naming the host that was meant
 */
export function checkCertificateName(text: string): void {
  const bare = text.startsWith('*.') ? text.slice(2) : text;
  if (text.startsWith('*.') && (!isHostName(bare) || !bare.includes('.'))) {
    throw new InvalidValue(
      `"${text}" is not a wildcard that browsers accept.`,
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
    `"${text}" is not a domain name.`,
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
    throw new InvalidValue(`"${text}" has a wildcard; each origin is listed exactly.`, form);
  }
  const typed = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(typed) || !/^https?:$/.test(new URL(typed).protocol)) {
    throw new InvalidValue(`"${text}" is not an origin.`, form);
  }
  const { origin } = new URL(typed);
  if (origin !== text) {
    throw new InvalidValue(`"${text}" is not an origin as browsers send it.`, `Write ${origin}.`);
  }
}

/** @throws InvalidValue unless the number is a TCP port that a service can be reached on */
export function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > portLimit) {
    throw new InvalidValue(`"${port}" is not a port.`, `Write a number from 1 to ${portLimit}.`);
  }
}

/** @throws InvalidValue for text that no file system or settings file can hold */
export function checkPath(text: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  if (text.trim() === '' || /[\u0000-\u001f\u007f]/.test(text)) {
    throw new InvalidValue(
      `"${text.trim()}" is not a path.`,
      'Write the path of a file or folder.',
    );
  }
}

/**
 * A path that stands in a settings file, whose quotes know no escapes.
 * @throws InvalidValue also for a path that holds every kind of quote
 */
export function checkSettingsPath(text: string): void {
  checkPath(text);
  if (['"', "'", '`'].every((quote) => text.includes(quote))) {
    throw new InvalidValue(`${text} holds every kind of quote.`, 'Give the file another name.');
  }
}

/**
 * A path for the project, on whose last part a name is built that every system can hold.
 * @throws InvalidValue for names that Windows reserves: a project is shared
 */
export function checkDirectory(text: string): void {
  checkPath(text);
  const last =
    text
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) ?? '';
  if (windowsReserved.test(last)) {
    throw new InvalidValue(`"${last}" is a name that Windows reserves.`, 'Choose another name.');
  }
  if (/[. ]$/.test(last) && !/^\.{1,2}$/.test(last)) {
    throw new InvalidValue(
      `"${last}" ends in a ${last.endsWith('.') ? 'dot' : 'space'}, which Windows drops.`,
      'Choose a name without it.',
    );
  }
}
