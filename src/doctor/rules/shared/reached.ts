import type { Evidence, Reached } from '../../evidence.js';
import { placeOf } from './project-files.js';

/** Codes that mean this machine cannot use an address, whether or not a server listens there. */
const unusable = ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

/** @returns whether a connection was accepted, even if it was dropped at once */
export function isTaken({ result }: Reached): boolean {
  return result === 'open' || result === 'ECONNRESET';
}

/** @returns whether a connection was refused */
export function isClosed({ result }: Reached): boolean {
  return result === 'ECONNREFUSED';
}

/** @returns the addresses of the name that this machine can use */
export function usableAddresses({ reached }: Evidence): Reached[] {
  return reached.filter((each) => each.named && !unusable.includes(each.result));
}

/** @returns the other loopback address of this machine, if a connection to it was accepted */
export function otherLoopback({ reached }: Evidence): Reached | undefined {
  return reached.find((each) => !each.named && isTaken(each));
}

/** @returns whether every usable address refuses connections */
export function isRefused(evidence: Evidence): boolean {
  const usable = usableAddresses(evidence);
  return usable.some(isClosed) && !usable.some(isTaken);
}

/** @returns each address with what came of a connection to it */
export function resultsText(reached: Reached[]): string {
  return reached.map(({ address, result }) => `${address}: ${result}`).join(', ');
}

/** @returns what to do about a service that listens elsewhere: it listens where its settings say */
export function listenFix({ project }: Evidence, otherwise: string): string {
  const host = project?.settings.HOST ?? 'localhost';
  return host === 'localhost' || project?.proxied === true
    ? otherwise
    : `HOST is ${host} ${placeOf(project, 'HOST')}, so the service only listens there. Set it to localhost, or use that address in pages, DOMAINS and the certificate.`;
}
