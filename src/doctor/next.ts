import type { Evidence, Flag } from './evidence.js';
import { isFine, type Next } from './report.js';
import { doctorAgain } from './rules/shared/doctor-again.js';
import { isOpen } from './rules/shared/upgrade.js';
import type { Verdict } from './verdict.js';

/** Longer than most proxies keep an idle socket, which is a minute; in seconds. */
const longSilence = 75;

const placeholder = 'https://YOUR-PAGE/';

/** @returns what else doctor can find out about a socket that works */
export function nextOf({ upgrade, surroundings }: Evidence, verdicts: Verdict[]): Next[] {
  const { idle, page } = surroundings.asked;
  const again = (text: string, flag: Flag): Next => ({
    text,
    command: doctorAgain(surroundings, { flags: [flag] }),
  });
  return isOpen(upgrade) && isFine({ verdicts })
    ? [
        ...(idle ? [] : [again('If it drops later', ['--idle', String(longSilence)])]),
        ...(page ? [] : [again('If only your page fails', ['--page', placeholder])]),
      ]
    : [];
}
