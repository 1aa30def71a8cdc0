import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/cli.js';
import { textOf } from './ansi.js';
import { normalised } from './normal.js';
import type { Seen } from './run.js';

/** What the picture was made from, so that a test can tell whether it is current. */
export interface MadeFrom {
  /** SHA-256 of the picture. */
  picture: string;
  /** SHA-256 of the files of the page. */
  page: string;
  /** Lines, without times and random names. */
  terminal: string[];
}

export const picturePath = join(root, '.github/demo.png');

export const madeFromPath = join(root, 'test/picture/made-from.json');

/** @returns what this run would make a picture from */
export function madeFrom({ screen, hash }: Seen): Omit<MadeFrom, 'picture'> {
  return { page: hash, terminal: normalised(textOf(screen)) };
}

/** @returns SHA-256 of the picture in the repository */
export function hashOfPicture(): string {
  return createHash('sha256').update(readFileSync(picturePath)).digest('hex');
}
