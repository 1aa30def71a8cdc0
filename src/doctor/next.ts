import type { Evidence } from './evidence.js';
import { isFine, type Next } from './report.js';
import { doctorAgain } from './rules/shared/doctor-again.js';
import { isOpen } from './rules/shared/upgrade.js';
import type { Verdict } from './verdict.js';

/** Longer than most proxies keep an idle socket, which is a minute; in seconds. */
const longSilence = 75;

/** @returns what else doctor can find out about a socket that works */
export function nextOf({ upgrade, surroundings }: Evidence, verdicts: Verdict[]): Next | undefined {
  return isOpen(upgrade) && !surroundings.asked.idle && isFine({ verdicts })
    ? {
        text: 'If it drops later',
        command: doctorAgain(surroundings, { flags: [['--idle', String(longSilence)]] }),
      }
    : undefined;
}
