import type { Answers } from '../core/answers.js';
import { quoteCommand } from '../core/quote.js';
import type { Step, StepGroup } from '../plan/steps.js';
import type { Outcome } from './child.js';
import { run } from './run.js';
import { stateOf } from './step-state.js';
import type { Ui } from './ui.js';

export type StepStatus = 'done' | 'already' | 'skipped' | 'failed' | 'not-run';

/** What became of a step. */
export interface StepResult {
  group: StepGroup;
  title: string;
  /** As it is typed in a shell. */
  command: string;
  status: StepStatus;
  /** Why it was left out, or what it said when it failed. */
  advice?: string;
  /** The commands that are left to a person. */
  left: string[];
}

interface Surroundings {
  directory: string;
  answers: Answers;
  ui: Ui;
  verbose: boolean;
  /** Stdout belongs to a JSON document: what programs say goes to stderr. */
  json: boolean;
  cancel: AbortSignal;
}

const shownLines = 20;

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-shownLines).join('\n');
}

function outputFor(step: Step, { verbose, json }: Surroundings) {
  if (json || verbose) {
    return 'stderr' as const;
  }
  return step.interactive ? ('terminal' as const) : ('captured' as const);
}

function failure(step: Step, { output, found }: Outcome): string {
  return found ? lastLines(output) : `${step.command[0]} is not installed.`;
}

async function runStep(step: Step, surroundings: Surroundings): Promise<StepResult> {
  const { directory, answers, ui, cancel } = surroundings;
  const { group, title } = step;
  const command = quoteCommand(step.command);
  const undone: StepResult = { group, title, command, status: 'not-run', left: [command] };
  if (cancel.aborted) {
    return undone;
  }
  const state = await stateOf(step, directory, answers);
  if (!state.run && state.already) {
    return { ...undone, status: 'already', left: [] };
  }
  if (!state.run) {
    const left = state.commands.map((words) => quoteCommand(words));
    return { ...undone, status: 'skipped', advice: state.advice, left };
  }
  const output = outputFor(step, surroundings);
  (output === 'captured' ? ui.doing : ui.handOver)(title);
  const outcome = await run({ command: step.command, cwd: directory, output, cancel });
  if (outcome.ok) {
    return { ...undone, status: 'done', left: [] };
  }
  return cancel.aborted ? undone : { ...undone, status: 'failed', advice: failure(step, outcome) };
}

/** A step behind one of its group that did not happen: no commit without a repository. */
function follow(step: Step, before: StepResult): StepResult {
  const { group, title } = step;
  const command = quoteCommand(step.command);
  return before.status === 'skipped'
    ? { group, title, command, status: 'skipped', left: [] }
    : { group, title, command, status: 'not-run', left: [command] };
}

/** One line a step, when it has ended. */
function showStep({ title, status, advice = '' }: StepResult, ui: Ui): void {
  if (status === 'done') {
    ui.done(title);
  } else if (status === 'failed') {
    ui.warn(`${title} failed.\n${advice.replaceAll(/^/gm, '  ')}`);
  } else if (status === 'skipped' && advice !== '') {
    ui.warn(`${title} was left out. ${advice}`);
  }
}

/**
 * Runs the steps one after the other. Behind a step that failed or was left out, the rest of its
 * group is left out too.
 * @returns what became of each
 */
export async function runSteps(steps: Step[], surroundings: Surroundings): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    const broken = results.find(
      ({ group, status }) => group === step.group && (status === 'failed' || status === 'skipped'),
    );
    // oxlint-disable-next-line no-await-in-loop -- each step needs what the one before made
    const result = broken ? follow(step, broken) : await runStep(step, surroundings);
    results.push(result);
    showStep(result, surroundings.ui);
  }
  return results;
}
