import type { Sandbox } from '../support/sandbox.js';
import { trimmed } from './ansi.js';

/** Where a first run happens. */
export interface Wanted {
  place: Sandbox;
  /** Of the service. */
  port: number;
}

/** @returns a screen with the paths of a usual machine, the usual port, and no spaces at ends of lines */
export function asUsual(screen: string, { place, port }: Wanted): string {
  const usual = screen
    .replaceAll(place.folder, '~')
    .replaceAll(place.home, '/home/me')
    .replaceAll(` -- --port ${port}`, '')
    .replaceAll(` --port ${port}`, '')
    .replaceAll(String(port), '3000');
  return trimmed(usual);
}

/**
 * @returns the lines of a screen without what differs from run to run: times and the names of CAs, and without
 *   what npm itself says before the program, which depends on its version
 */
export function normalised(screen: string): string[] {
  const own = screen.replace(/\n[^┌]*┌/, '\n┌');
  const text = own.replaceAll(/\d{15,}/g, 'N').replaceAll(/\d\d:\d\d:\d\d/g, 'TIME');
  return text.split('\n');
}
