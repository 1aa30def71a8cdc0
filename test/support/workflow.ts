import { packageManagers, type PackageManager } from '../../src/options/package-managers.js';

interface WorkflowStep {
  uses?: string;
  with?: Record<string, unknown>;
  run?: string;
}

/** A workflow of GitHub Actions, as far as tests look at it. */
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

/** @returns the lines that the job runs in a shell, in order */
export function commandsOf({ jobs }: Workflow): string[] {
  return jobs.test.steps.flatMap(({ run }) => run ?? []);
}

/** @returns the script that a command runs; nothing for a command that is no script's */
export function scriptNamed(command: string, manager: PackageManager): string | undefined {
  const { run, test } = packageManagers[manager];
  if (command === test.join(' ')) {
    return 'test';
  }
  const [first, ...rest] = command.split(`${run.join(' ')} `);
  const isScript = first === '' && /^[a-z]+$/.test(rest.join(''));
  return isScript ? rest.join('') : undefined;
}
