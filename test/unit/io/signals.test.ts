import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Cancelled } from '../../../src/core/errors.js';
import { watchSignals } from '../../../src/io/signals.js';

it('a watch can have as many listeners as a run has questions and steps, without a warning', async () => {
  const watch = watchSignals();
  const warned = once(process, 'warning', { signal: AbortSignal.timeout(300) });
  for (let question = 0; question < 30; question += 1) {
    watch.cancel.addEventListener('abort', () => undefined);
  }
  await expect(warned).rejects.toThrow('aborted');
  watch.stop();
});

it('a watch keeps the first signal, and provides the error to throw', async () => {
  const watch = watchSignals();
  process.kill(process.pid, 'SIGHUP');
  await expect.poll(() => watch.signal()).toBe('SIGHUP');
  process.kill(process.pid, 'SIGTERM');
  await sleep(50);
  watch.stop();
  expect(watch.signal()).toBe('SIGHUP');
  expect(() => watch.cancel.throwIfAborted()).toThrow(Cancelled);
});
