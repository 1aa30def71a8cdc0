import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = join(import.meta.dirname, '..');

function isLong({ moduleId }: TestSpecification): boolean {
  return /real.(service|doctor)\.test/.test(moduleId);
}

/** Starts the slowest files first, so that they do not run alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is Vitest's method
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  root,
  test: {
    globalSetup: ['test/support/build.ts'],
    reporters: ['default', join(root, 'test/support/closing-line.ts')],
    // By default, Vitest leaves one core for itself, which then has little to do.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
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
          // For concurrent tests in a file: as many as there are cores.
          maxConcurrency: 2,
        },
      },
    ],
  },
});
