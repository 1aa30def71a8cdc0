import { exactOrigin, fileMistake } from '../../templates/src/lib/origins.js';
import { InvalidValue } from '../core/errors.js';
import { hostMeant, isAddress, isHostName } from '../core/hosts.js';
import { isLoopbackHost } from '../core/loopback.js';
import { shown } from '../core/printable.js';

const portLimit = 65_535;

/**
 * An address or name to listen on.
 * @throws InvalidValue with the host that was probably meant
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
 * The host on which a service behind a proxy listens. The service trusts the proxy by its address, so
 * it needs an address.
 * @throws InvalidValue for a name other than localhost
 */
export function checkHostBehindProxy(text: string): void {
  if (text !== 'localhost' && !isAddress(text)) {
    throw new InvalidValue(
      `${shown(text)} is a name, but a service behind a proxy must listen on an address.`,
      'Write localhost, or the address on which the proxy reaches the service.',
    );
  }
}

/**
 * A name or address for a certificate; the first label may be a wildcard.
 * @throws InvalidValue with the host that was probably meant
 */
export function checkCertificateName(text: string): void {
  const bare = text.startsWith('*.') ? text.slice(2) : text;
  if (text.startsWith('*.') && (!isHostName(bare) || !bare.includes('.'))) {
    throw new InvalidValue(
      `${shown(text)} is not a wildcard that browsers accept.`,
      'Write a wildcard below at least two labels, such as *.app.test.',
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
 * default of the scheme, nothing after it. Apps have their own schemes.
 * @throws InvalidValue with the origin that was probably meant
 */
export function checkOrigin(text: string): void {
  const form = 'Write origins as scheme://host[:port], such as https://localhost:3000.';
  if (text.includes('*')) {
    throw new InvalidValue(`${shown(text)} has a wildcard, but origins must be exact.`, form);
  }
  const meant = exactOrigin(text.includes('://') ? text : `https://${text}`);
  const noFile = fileMistake(text);
  if (meant === undefined || noFile !== undefined) {
    throw new InvalidValue(`${shown(text)} is not an origin.`, noFile ?? form);
  }
  // URLs may contain commas and quotes, but DNS names do not.
  if (!/^[a-z0-9+.-]+:\/\/([a-z0-9._-]+|\[.*\])(:\d+)?$/.test(meant)) {
    throw new InvalidValue(`The host of ${shown(text)} is not a host name or an address.`, form);
  }
  if (meant !== text) {
    // A front end's development server on this machine usually speaks plain HTTP.
    const local = !text.includes('://') && isLoopbackHost(new URL(meant).hostname);
    const plain = local ? `${exactOrigin(`http://${text}`)} or ` : '';
    throw new InvalidValue(
      `${shown(text)} is not an origin in the form that browsers send.`,
      `Write ${plain}${meant}.`,
    );
  }
}

/** @throws InvalidValue unless the number is a TCP port that a service can be reached on */
export function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > portLimit) {
    throw new InvalidValue(`"${port}" is not a port.`, `Write a number from 1 to ${portLimit}.`);
  }
}
