import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { Outcome, Run } from './child-process.js';

interface Piped {
  stdout: Readable | null;
  stderr: Readable | null;
}

/** The last line of a text that has more than spaces; progress bars rewrite a line after `\r`. */
function lastLine(text: string): string | undefined {
  const lines = stripVTControlCharacters(text).split(/[\r\n]+/);
  return lines.map((line) => line.trim()).findLast((line) => line !== '');
}

/** Collects what a child prints. @returns a function that gives it */
export function collectOutput(
  { stdout, stderr }: Piped,
  { output, onLine }: Pick<Run, 'output' | 'onLine'>,
): () => Pick<Outcome, 'stdout' | 'output'> {
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
  return () => ({ stdout: String(Buffer.concat(values)), output: String(Buffer.concat(all)) });
}
