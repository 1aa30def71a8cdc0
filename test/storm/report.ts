import type { Outcome } from './storm.js';

const names = ['all back', 'half back', 'offline', 'peak/s', 'queue', 'attempts', 'failed'];
const nameWidth = 26;
const width = 10;

/** The first line of a table: times in seconds, attempts per second and instance, turns. */
export const heading = row('', names);

/** One line of a table. `offline` is the average per client. */
export function line(name: string, outcome: Outcome): string {
  const { allBackMs, halfBackMs, meanOfflineMs, peakPerSecond, longestQueue } = outcome;
  const times = [allBackMs, halfBackMs, meanOfflineMs].map(seconds);
  const counts = [peakPerSecond, longestQueue, outcome.attempts, outcome.failed].map(whole);
  return row(name, [...times, ...counts]);
}

export function row(name: string, cells: string[]): string {
  return name.padEnd(nameWidth) + cells.map((cell) => cell.padStart(width)).join('');
}

export function seconds(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : 'never';
}

function whole(value: number): string {
  return Number.isFinite(value) ? String(Math.ceil(value)) : '';
}
