import type { Answers } from '../../options/answers.js';
import { isComplete, resolve } from '../../options/resolve.js';

const { known, gaps } = resolve(
  { flag: {}, file: {}, asked: {} },
  { packageManager: 'npm', mkcert: false, trusted: false },
);

function completeDefaults(): Answers {
  if (!isComplete(known, gaps)) {
    throw new Error('An option of the sample has no default.');
  }
  return known;
}

/** The default answers. */
export const complete = completeDefaults();
