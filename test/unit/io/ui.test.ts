import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { textUi, type Ui } from '../../../src/io/ui.js';

beforeEach(() => {
  vi.stubEnv('TERM', 'linux');
  vi.stubEnv('FORCE_COLOR', '0');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const lines = '✓ one\n ✓ two\n ! three\n… four';

it.each<[keyof Ui, string]>([
  ['print', lines],
  ['report', '* one\n * two\n ! three\n... four'],
  // What follows the first line comes from other programs.
  ['done', `* ${lines}`],
  ['warn', `! ${lines}`],
])('%s changes only its own marks', (name, expected) => {
  const written: unknown[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => written.push(text) > 0);
  }
  textUi()[name](lines);
  vi.restoreAllMocks();
  expect(written).toEqual([`${expected}\n`]);
});
