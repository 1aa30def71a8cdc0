import type * as Clack from './clack.js';
import { Cancelled } from '../core/errors.js';

interface Leaving {
  clack: typeof Clack;
  /** The signal that may have ended the question instead of the user. */
  cancel: AbortSignal;
  /** The last message. */
  said?: string;
}

/** Prints that the run ends here, and ends it. */
export function leave({ clack, cancel, said = 'Cancelled. Nothing was written.' }: Leaving): never {
  clack.cancel(said);
  const signal = cancel.reason instanceof Cancelled ? cancel.reason.signal : 'SIGINT';
  throw new Cancelled(signal, { stage: 'answers', said: true });
}
