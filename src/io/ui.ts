import isUnicodeSupported from 'is-unicode-supported';
import pc from 'picocolors';
import { printableJson, visible } from '../core/printable.js';
import { wrapped } from '../core/wrap.js';
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
  /** Plain text, such as a diff: not one character of it changes. */
  print: (text: string) => void;
  /** Text of which lines begin with marks. */
  report: (text: string) => void;
  /** Removes the line of `doing`. */
  clear: () => void;
}

function coloursOf(stream: NodeJS.WriteStream) {
  return pc.createColors(isColoured(stream.isTTY === true, process.env));
}

/** Marks at the start of lines, with their colours. */
const colourOf = { '✓': 'green', '✗': 'red', '!': 'yellow', '…': 'dim' } as const;
type Mark = keyof typeof colourOf;

/** What replaces marks that cannot be shown, as in clack's questions. */
const plain: Record<Mark, string> = { '✓': '*', '✗': 'x', '!': '!', '…': '...' };

/**
 * Not all consoles of Windows have these characters, and PowerShell reads what is piped to it in the
 * code page of the console.
 * @returns a mark as this stream can show it
 */
function markOn(stream: NodeJS.WriteStream, mark: Mark): string {
  const isPipe = process.platform === 'win32' && stream.isTTY !== true;
  const shown = isUnicodeSupported() && !isPipe ? mark : plain[mark];
  return coloursOf(stream)[colourOf[mark]](shown);
}

function isMark(text: string): text is Mark {
  return text in colourOf;
}

/** @returns a text with the marks at the start of its lines as this stream can show them */
function withMarks(stream: NodeJS.WriteStream, text: string): string {
  return text.replaceAll(/^( *)(\S)(?= )/gm, (whole, before: string, mark: string) =>
    isMark(mark) ? before + markOn(stream, mark) : whole,
  );
}

/** @returns a sentence after a mark, in a terminal broken between words, and what follows it */
function marked(stream: NodeJS.WriteStream, mark: Mark, text: string): string {
  const [sentence = '', ...more] = text.split('\n');
  const start = `${mark} `;
  const [first = '', ...rest] = stream.isTTY ? wrapped(sentence, '  ', start) : [start + sentence];
  return [withMarks(stream, first), ...rest, ...more].join('\n');
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
        const text = `The output cannot be written: ${error.message}.`;
        process.stderr.write(`${marked(process.stderr, '✗', text)}\n`);
      }
    });
  }
}

/** Columns that stay free at the end of a line. */
const room = 3;
const eraseLine = '\r\u001B[2K';

/** @returns output on stdout, with warnings on stderr */
export function textUi(): Ui {
  const terminal = process.stdout.isTTY === true && process.env['TERM'] !== 'dumb';
  const { dim } = coloursOf(process.stdout);
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
    done: (text) => say(process.stdout, marked(process.stdout, '✓', text)),
    doing: (text) => {
      if (terminal) {
        clear();
        // A line that wraps could not be erased; terminals add `^C` to it.
        const width = (process.stdout.columns || 80) - room;
        const shown = Array.from(visible(`… ${text}`))
          .slice(0, width)
          .join('');
        process.stdout.write(dim(withMarks(process.stdout, shown)));
        line.open = true;
      }
    },
    handOver: (text) => say(process.stdout, dim(withMarks(process.stdout, `… ${text}`))),
    warn: (text) => say(process.stderr, marked(process.stderr, '!', text)),
    print: (text) => say(process.stdout, text),
    report: (text) => say(process.stdout, withMarks(process.stdout, text)),
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
    report: sayNothing,
    clear: sayNothing,
  };
}

/** Prints an error: what is wrong, details, and what to do. */
export function printError(message: string, details: string[], fix: string): void {
  const lines = [
    marked(process.stderr, '✗', visible(message)),
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
