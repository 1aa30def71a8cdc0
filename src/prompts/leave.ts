import type * as Clack from './clack.js';
import { Cancelled } from '../core/errors.js';

interface Leaving {
  clack: typeof Clack;
  /** What may have ended the question, besides the user. */
  cancel: AbortSignal;
}

/** Says that the run ends here, and ends it. */
export function leave({ clack, cancel }: Leaving): never {
  clack.cancel('Cancelled. Nothing was written.');
  const signal = cancel.reason instanceof Cancelled ? cancel.reason.signal : 'SIGINT';
  throw new Cancelled(signal, { stage: 'answers', said: true });
}
