import type { Answers } from '../options/answers.js';
import { isComplete, resolve } from '../options/resolve.js';

const { known, gaps } = resolve(
  { flag: {}, file: {}, asked: {} },
  { packageManager: 'npm', mkcert: false, trusted: false },
);

function completeDefaults(): Answers {
  if (!isComplete(known, gaps)) {
    throw new Error('An option without a default is asked of everyone.');
  }
  return known;
}

/** The answers of someone who takes every default. */
export const complete = completeDefaults();
