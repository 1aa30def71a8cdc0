import { setMaxListeners } from 'node:events';
import { Cancelled, type EndingSignal } from '../core/errors.js';

const watched: EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The signals that arrived while a run must not simply end. */
export interface Watch {
  /** Aborted by the first signal; the reason is the `Cancelled` to throw before files are in place. */
  cancel: AbortSignal;
  /** The first signal that arrived. */
  signal: () => EndingSignal | undefined;
  /** Ends the watch, and the process if its terminal has been closed. */
  stop: () => void;
}

/** Handles signals: until `stop`, they cancel the run in order instead of ending the process. */
export function watchSignals(): Watch {
  const controller = new AbortController();
  // Every question and step adds a listener to this one signal.
  setMaxListeners(0, controller.signal);
  const seen: EndingSignal[] = [];
  const onSignal = (signal: EndingSignal): void => {
    seen.push(signal);
    controller.abort(new Cancelled(signal));
  };
  for (const signal of watched) {
    process.on(signal, onSignal);
  }
  return {
    cancel: controller.signal,
    signal: () => seen[0],
    stop: () => {
      for (const signal of watched) {
        process.off(signal, onSignal);
      }
      if (seen.includes('SIGHUP')) {
        endIfHungUp();
      }
    },
  };
}

/** Whether stdin was a terminal that has been closed. */
function isHungUp(): boolean {
  return process.stdin.isTTY === true && !process.getBuiltinModule('node:tty').isatty(0);
}

/**
 * Ends the process with SIGHUP if its terminal has been closed: Node would try to reset the terminal
 * at exit, and abort.
 */
function endIfHungUp(): void {
  if (isHungUp()) {
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  }
}

/**
 * Does something with the terminal. If the terminal closes meanwhile, ends the process at once:
 * readline would throw an error that cannot be caught.
 */
export async function withTerminal<T>(act: () => Promise<T>): Promise<T> {
  const watchedEvents = ['end', 'error', 'close'] as const;
  process.prependListener('SIGHUP', endIfHungUp);
  watchedEvents.forEach((event) => process.stdin.prependListener(event, endIfHungUp));
  try {
    return await act();
  } finally {
    process.off('SIGHUP', endIfHungUp);
    watchedEvents.forEach((event) => process.stdin.off(event, endIfHungUp));
  }
}
