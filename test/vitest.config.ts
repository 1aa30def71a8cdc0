import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = join(import.meta.dirname, '..');

/** The files that take longest. */
const slowest = [
  'service/service',
  'service/dependencies',
  'doctor/doctor',
  'certs/certs',
  'create/create',
];

function isLong({ moduleId }: TestSpecification): boolean {
  return slowest.some((name) => moduleId.endsWith(`/${name}.test.ts`));
}

/** Starts the slowest files first, so that they do not run alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is Vitest's method
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const unit = { testTimeout: 180_000 };
/** Tests that replace modules. */
const mocking = ['test/unit/options/extras.test.ts'];

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
        test: {
          ...unit,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: mocking,
          // Loading the same modules for each file takes a fifth of the time.
          isolate: false,
        },
      },
      { root, test: { ...unit, name: 'unit-mocking', include: mocking } },
      {
        root,
        test: {
          name: 'windows',
          include: ['test/windows/*.test.ts'],
          globalSetup: ['test/windows/set-up.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        root,
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          // For concurrent tests in a file: as many as there are cores.
          maxConcurrency: 2,
        },
      },
    ],
  },
});
