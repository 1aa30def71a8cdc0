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
