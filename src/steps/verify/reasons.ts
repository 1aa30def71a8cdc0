import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

const shownLines = 3;
/** Pino's level of warnings. */
const warning = 40;

/** @returns what a line of a log says, where it is a warning or worse, or no line of a log at all */
function complaintIn(line: string): string[] {
  try {
    const { level, msg }: { level: number; msg: string } = JSON.parse(line);
    return level >= warning ? [msg] : [];
  } catch {
    // A line that is no JSON is not the logger's: it is shown as it is.
    return [line];
  }
}

/** @returns the last things that a service complained of, line by line */
export function complaintsIn(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.flatMap(complaintIn).slice(-shownLines);
}

/** @returns a line about variables that win over the project's settings, where some are set */
export function strongerSettings(directory: string): string[] {
  const names = Object.keys(parseEnv(readFileSync(join(directory, '.env'), 'utf8')));
  const set = names.filter((name) => name !== 'PORT' && process.env[name] !== undefined);
  return set.length === 0 ? [] : [`Set in this environment, it wins over .env: ${set.join(', ')}.`];
}
