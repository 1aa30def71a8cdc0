import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

const shownLines = 3;
/** Pino's level of warnings. */
const warning = 40;

/** @returns the message of a log line, if it is a warning or worse, or not a log line */
function complaintIn(line: string): string[] {
  try {
    const { level, msg }: { level: number; msg: string } = JSON.parse(line);
    return level >= warning ? [msg] : [];
  } catch {
    // A line that is not JSON is not from the logger: it is shown as it is.
    return [line];
  }
}

/** @returns the last warnings and errors of a service, line by line */
export function complaintsIn(output: string): string[] {
  // A package manager prints the script that it runs.
  const lines = output.split('\n').filter((line) => !/^([>$] .*|\s*)$/.test(line));
  return lines.flatMap(complaintIn).slice(-shownLines);
}

/** @returns a line about environment variables that override the project's settings */
export function strongerSettings(directory: string): string[] {
  const names = Object.keys(parseEnv(readFileSync(join(directory, '.env'), 'utf8')));
  const set = names.filter((name) => name !== 'PORT' && process.env[name] !== undefined);
  return set.length === 0 ? [] : [`This environment overrides .env: ${set.join(', ')}.`];
}
