import type { Logged } from '../support/service.js';
import type { Scheme } from './cases.js';

/** What a service has logged, and for how many connections. */
export interface Logs extends Logged {
  connections: number;
}

/** Clients cause these lines, so no client may fill a disk with them. */
const bytesMost = 1000;
const lineMost = 2000;

/** @returns what is wrong with a log: errors, and more lines than clients may cause */
export function logFaults(scheme: Scheme, { bytes, longest, errors, connections }: Logs): string[] {
  const each = Math.round(bytes / connections);
  return [
    ...errors.map((line) => `The ${scheme} service has logged an error: ${line}`),
    ...(each > bytesMost
      ? [`The ${scheme} service has logged ${each} bytes for each connection.`]
      : []),
    ...(longest > lineMost
      ? [`The ${scheme} service has logged a line of ${longest} characters.`]
      : []),
  ];
}
