import pc from 'picocolors';

/** Where a run speaks: to a person, line by line, or not at all while `--json` keeps stdout. */
export interface Ui {
  /** A line about what was done. */
  done: (text: string) => void;
  /** A line about what goes on, before something slow. */
  doing: (text: string) => void;
  warn: (text: string) => void;
  /** Text as it is. */
  print: (text: string) => void;
}

/** @returns a voice for people, on stdout; warnings are on stderr */
export function speakingUi(): Ui {
  return {
    done: (text) => process.stdout.write(`${pc.green('✓')} ${text}\n`),
    doing: (text) => process.stdout.write(`${pc.dim('…')} ${text}\n`),
    warn: (text) => process.stderr.write(`${pc.yellow('!')} ${text}\n`),
    print: (text) => process.stdout.write(`${text}\n`),
  };
}

function sayNothing(): void {
  // stdout holds one JSON document, and stderr nothing of ours.
}

/** @returns a voice that says nothing, for `--json` */
export function silentUi(): Ui {
  return { done: sayNothing, doing: sayNothing, warn: sayNothing, print: sayNothing };
}

/** Prints an error for people: what is wrong, what else is known, the way out. */
export function printError(message: string, details: string[], fix: string): void {
  const lines = [
    `${pc.red('✗')} ${message}`,
    ...details.map((detail) => `  ${detail}`),
    `  ${fix}`,
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** Prints one JSON document. */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Colours mark state only; they follow NO_COLOR, FORCE_COLOR and the terminal. */
export const { bold, cyan, dim } = pc;
