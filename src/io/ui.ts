import isUnicodeSupported from 'is-unicode-supported';
import pc from 'picocolors';
import { printableJson, visible } from '../core/printable.js';
import { isColoured } from './colour.js';
import { errorCode } from './system-errors.js';

/** The output of a run: line by line, or nothing with `--json`. */
export interface Ui {
  /** A line about a result. */
  done: (text: string) => void;
  /** The current step; only in a terminal, until the next line replaces it. */
  doing: (text: string) => void;
  /** The same, but the line stays: the step's program writes to the terminal itself. */
  handOver: (text: string) => void;
  warn: (text: string) => void;
  /** Text; marks at the start of its lines are coloured. */
  print: (text: string) => void;
  /** Removes the line of `doing`. */
  clear: () => void;
}

function coloursOf(stream: NodeJS.WriteStream) {
  return pc.createColors(isColoured(stream.isTTY === true, process.env));
}

/** What replaces characters at the start of a line that cannot be shown, as in clack's questions. */
const plain: Record<string, string> = { '✓': '*', '✗': 'x', '…': '...' };

/**
 * Not all consoles of Windows have these characters, and PowerShell reads what is piped to it in the
 * code page of the console.
 * @returns a mark as this stream can show it
 */
function markOn(stream: NodeJS.WriteStream, mark: string): string {
  const isPipe = process.platform === 'win32' && stream.isTTY !== true;
  return isUnicodeSupported() && !isPipe ? mark : (plain[mark] ?? mark);
}

/** The reader of the output or the terminal has been closed: the run continues. */
const closed = ['EPIPE', 'EIO'];

/**
 * Lets a run finish even if its output is closed. Any other output error, such as a full disk, makes
 * the run fail.
 */
export function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (!closed.includes(errorCode(error) ?? '')) {
        process.exitCode = 1;
        const mark = coloursOf(process.stderr).red(markOn(process.stderr, '✗'));
        process.stderr.write(`${mark} The output cannot be written: ${error.message}.\n`);
      }
    });
  }
}

/** @returns a text for stdout with its marks at the start of lines as they can be shown, in colour */
function withMarks(text: string): string {
  const colours = coloursOf(process.stdout);
  const paints: Record<string, (mark: string) => string> = {
    '✓': colours.green,
    '✗': colours.red,
    '!': colours.yellow,
  };
  return text.replaceAll(/^( *)([✓✗!])(?= )/gm, (_whole, before: string, mark: string) => {
    const shown = markOn(process.stdout, mark);
    return before + (paints[mark]?.(shown) ?? shown);
  });
}

/** Columns that stay free at the end of a line. */
const room = 3;
const eraseLine = '\r\u001B[2K';

/** @returns output on stdout, with warnings on stderr */
export function textUi(): Ui {
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
    done: (text) => say(process.stdout, `${colours.green(markOn(process.stdout, '✓'))} ${text}`),
    doing: (text) => {
      if (terminal) {
        clear();
        // A line that wraps could not be erased; terminals add `^C` to it.
        const shown = Array.from(visible(`${markOn(process.stdout, '…')} ${text}`)).slice(
          0,
          (process.stdout.columns || 80) - room,
        );
        process.stdout.write(colours.dim(shown.join('')));
        line.open = true;
      }
    },
    handOver: (text) => say(process.stdout, colours.dim(`${markOn(process.stdout, '…')} ${text}`)),
    warn: (text) => say(process.stderr, `${warning.yellow('!')} ${text}`),
    print: (text) => say(process.stdout, withMarks(text)),
    clear,
  };
}

function sayNothing(): void {
  // stdout only contains the JSON document.
}

/** @returns no output, for `--json` */
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

/** Prints an error: what is wrong, details, and what to do. */
export function printError(message: string, details: string[], fix: string): void {
  const lines = [
    `${coloursOf(process.stderr).red(markOn(process.stderr, '✗'))} ${visible(message)}`,
    ...details.map((detail) => `  ${visible(detail)}`),
    `  ${visible(fix)}`,
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** Prints one JSON document. */
export function printJson(value: object): void {
  process.stdout.write(`${printableJson(JSON.stringify(value, null, 2))}\n`);
}

/** Ends the process after all output, even if something that cannot be cancelled still runs. */
export function leaveWhenPrinted(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}
