import { packageManagers, type PackageManager } from '../../src/options/package-managers.js';

interface WorkflowStep {
  uses?: string;
  with?: Record<string, unknown>;
  run?: string;
}

/** A workflow of GitHub Actions, as far as the tests check it. */
export interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: {
    test: {
      'timeout-minutes': number;
      strategy: { 'fail-fast': boolean; matrix: { node: number[] } };
      steps: WorkflowStep[];
    };
  };
}

/** @returns the shell commands of the job, in order */
export function commandsOf({ jobs }: Workflow): string[] {
  return jobs.test.steps.flatMap(({ run }) => run ?? []);
}

/** @returns the script that a command runs; undefined if it runs no script */
export function scriptNamed(command: string, manager: PackageManager): string | undefined {
  const { run, test } = packageManagers[manager];
  if (command === test.join(' ')) {
    return 'test';
  }
  const [first, ...rest] = command.split(`${run.join(' ')} `);
  const isScript = first === '' && /^[a-z]+$/.test(rest.join(''));
  return isScript ? rest.join('') : undefined;
}
