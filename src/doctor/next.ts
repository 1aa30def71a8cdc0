import type { TypedDoctor } from './arguments.js';
import type { Evidence } from './evidence.js';
import { isFine, type Next } from './report.js';
import { isOpen } from './rules/shared/upgrade.js';
import type { Verdict } from './verdict.js';
import { flagOf } from '../options/options.js';

/** Longer than most proxies keep an idle socket, which is a minute; in seconds. */
const longSilence = 75;

/** What was typed, without what only belongs to the last call. */
function typedAgain({ url, controls }: TypedDoctor): string[] {
  const { timeout: _timeout, json: _json, verbose: _verbose, idle: _idle, ...asked } = controls;
  const { header = [], protocol = [], ...single } = asked;
  const flags = [
    ...Object.entries(single),
    ...header.map((pair) => ['header', pair.join(': ')] as const),
    ...protocol.map((name) => ['protocol', name] as const),
  ];
  const words = flags.flatMap(([name, value]) => [flagOf(name), value]);
  return [...(url === undefined ? [] : [url.href]), ...words];
}

/** @returns what else doctor can find out about a socket that works */
export function nextOf(
  typed: TypedDoctor,
  { upgrade, surroundings }: Evidence,
  verdicts: Verdict[],
): Next | undefined {
  const { asked, ownCommand } = surroundings;
  return isOpen(upgrade) && !asked.idle && isFine({ verdicts })
    ? {
        text: 'If it drops later',
        command: [...ownCommand, 'doctor', ...typedAgain(typed), '--idle', String(longSilence)],
      }
    : undefined;
}
