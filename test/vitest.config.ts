import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..');

export default defineConfig({
  root,
  test: {
    globalSetup: ['test/support/build.ts'],
    reporters: ['default', join(root, 'test/support/closing-line.ts')],
    // By itself Vitest leaves one core to itself, which then has little to do.
    maxWorkers: availableParallelism(),
    projects: [
      {
        root,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        root,
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Of tests that run beside others in a file, as many as there are cores.
          maxConcurrency: 2,
        },
      },
    ],
  },
});
