import pc from 'picocolors';
import { visible } from '../core/shown.js';
import { isColoured } from './colour.js';
import { errorCode } from './reasons.js';

/** Where a run speaks: to a person, line by line, or not at all while `--json` keeps stdout. */
export interface Ui {
  /** A line about what was done. */
  done: (text: string) => void;
  /** What goes on, in a terminal alone and until the next line takes its place. */
  doing: (text: string) => void;
  /** The same before a program that writes into the terminal itself: the line stays. */
  handOver: (text: string) => void;
  warn: (text: string) => void;
  /** Text as it is. */
  print: (text: string) => void;
  /** Takes away what `doing` has said. */
  clear: () => void;
}

function coloursOf(stream: NodeJS.WriteStream) {
  return pc.createColors(isColoured(stream.isTTY === true, process.env));
}

/** Whoever read us has gone, or the terminal has been closed: the run goes on without them. */
const gone = ['EPIPE', 'EIO'];

/**
 * Lets a run come to its end though nobody reads what it prints any more. Any other failure to print,
 * such as a full disk, makes it a failed one.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (!gone.includes(errorCode(error) ?? '')) {
        process.exitCode = 1;
        const mark = coloursOf(process.stderr).red('✗');
        process.stderr.write(`${mark} The output cannot be written: ${error.message}.\n`);
      }
    });
  }
}

const eraseLine = '\r\u001B[2K';

/** @returns a voice for people, on stdout; warnings are on stderr */
export function speakingUi(): Ui {
  const terminal = process.stdout.isTTY === true && process.env['TERM'] !== 'dumb';
  const [colours, warning] = [coloursOf(process.stdout), coloursOf(process.stderr)];
  const line = { open: false };
  const clear = (): void => {
    if (line.open) {
      process.stdout.write(eraseLine);
      line.open = false;
    }
  };
  const say = (stream: NodeJS.WriteStream, text: string): void => {
    clear();
    stream.write(`${text}\n`);
  };
  return {
    done: (text) => say(process.stdout, `${colours.green('✓')} ${text}`),
    doing: (text) => {
      if (terminal) {
        clear();
        process.stdout.write(colours.dim(`… ${text}`));
        line.open = true;
      }
    },
    handOver: (text) => say(process.stdout, colours.dim(`… ${text}`)),
    warn: (text) => say(process.stderr, `${warning.yellow('!')} ${text}`),
    print: (text) => say(process.stdout, text),
    clear,
  };
}

function sayNothing(): void {
  // stdout holds one JSON document, and stderr nothing of ours.
}

/** @returns a voice that says nothing, for `--json` */
export function silentUi(): Ui {
  return {
    done: sayNothing,
    doing: sayNothing,
    handOver: sayNothing,
    warn: sayNothing,
    print: sayNothing,
    clear: sayNothing,
  };
}

/** @returns a text for stdout in which the mark that begins a line has its colour */
export function withMarks(text: string): string {
  const colours = coloursOf(process.stdout);
  const paints: Record<string, (mark: string) => string> = {
    '✓': colours.green,
    '✗': colours.red,
    '!': colours.yellow,
  };
  return text.replaceAll(
    /^( *)([✓✗!])(?= )/gm,
    (_whole, before: string, mark: string) => before + (paints[mark]?.(mark) ?? mark),
  );
}

/** Prints an error for people: what is wrong, what else is known, the way out. */
export function printError(message: string, details: string[], fix: string): void {
  const lines = [
    `${coloursOf(process.stderr).red('✗')} ${visible(message)}`,
    ...details.map((detail) => `  ${visible(detail)}`),
    `  ${visible(fix)}`,
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** Prints one JSON document. */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Ends the process once all is printed, though something that cannot be ended still goes on. */
export function leaveWhenPrinted(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}
