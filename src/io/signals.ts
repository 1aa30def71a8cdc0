import { setMaxListeners } from 'node:events';
import { isatty } from 'node:tty';
import { Cancelled, type EndingSignal } from '../core/errors.js';

const watched: EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The signals that arrived while a run must not simply end. */
export interface Watch {
  /** Aborted by the first signal; its reason is the `Cancelled` to throw before files are in place. */
  cancel: AbortSignal;
  /** The first signal that arrived. */
  signal: () => EndingSignal | undefined;
  stop: () => void;
}

/** Takes signals over: until `stop`, they end what runs in order and not the process. */
export function watchSignals(): Watch {
  const controller = new AbortController();
  // Each question and each step listens to it, and there is one for a whole run.
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
    },
  };
}

/** Whether stdin was a terminal that is gone: to the system it is none any more. */
function isHungUp(): boolean {
  return process.stdin.isTTY === true && !isatty(0);
}

/**
 * Ends the process by SIGHUP, where its terminal is gone: Node would set the terminal back at its end,
 * and abort since there is none.
 */
export function endIfHungUp(): void {
  if (isHungUp()) {
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  }
}

/**
 * Does something with the terminal. When it goes meanwhile, the process ends at once: readline would
 * meet an error there that nobody can catch.
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
