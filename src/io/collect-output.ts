import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { Outcome, Run } from './child-process.js';

interface Piped {
  stdout: Readable | null;
  stderr: Readable | null;
  once: (event: 'exit', listener: () => void) => unknown;
}

/** The last line of a text that has more than spaces; progress bars rewrite a line after `\r`. */
function lastLine(text: string): string | undefined {
  const lines = stripVTControlCharacters(text).split(/[\r\n]+/);
  return lines.map((line) => line.trim()).findLast((line) => line !== '');
}

/** Collects what a child prints, and does not wait for more after a cancel. @returns a function that gives it */
export function collectOutput(
  child: Piped,
  { output, onLine, cancel }: Pick<Run, 'output' | 'onLine' | 'cancel'>,
): () => Pick<Outcome, 'stdout' | 'output'> {
  const { stdout, stderr } = child;
  const values: Buffer[] = [];
  const all: Buffer[] = [];
  const take = (chunk: Buffer): void => {
    all.push(chunk);
    const line = onLine === undefined ? undefined : lastLine(String(chunk));
    if (line !== undefined) {
      onLine?.(line);
    }
    if (output === 'both') {
      process.stderr.write(chunk);
    }
  };
  stdout?.on('data', (chunk: Buffer) => values.push(chunk));
  stdout?.on('data', take);
  stderr?.on('data', take);
  // Children of a cancelled program may keep its pipes open.
  child.once('exit', () => {
    if (cancel?.aborted === true) {
      stdout?.destroy();
      stderr?.destroy();
    }
  });
  return () => ({ stdout: String(Buffer.concat(values)), output: String(Buffer.concat(all)) });
}
