type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const watched: Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The signals that arrived while a run must not simply end. */
export interface Watch {
  cancel: AbortSignal;
  /** The first signal that arrived. */
  signal: () => Signal | undefined;
  stop: () => void;
}

/** Takes signals over: until `stop`, they end the step that runs and not the process. */
export function watchSignals(): Watch {
  const controller = new AbortController();
  const seen: Signal[] = [];
  const onSignal = (signal: Signal): void => {
    seen.push(signal);
    controller.abort();
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

/** What shells give a program that a signal ended: 128 and the signal's number. */
const exitCodes: Record<Signal, number> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** @returns the exit code of a run that was ended by a signal */
export function exitCodeOf(signal: Signal): number {
  return exitCodes[signal];
}
