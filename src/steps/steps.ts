import { setTimeout as sleep } from 'node:timers/promises';
import { quoteCommand } from '../core/quote.js';
import type { Step, StepGroup } from '../plan/steps.js';
import { caRoot } from '../ca/ca-root.js';
import { issue } from '../pair/issue.js';
import type { Outcome } from '../io/child.js';
import { run } from '../io/run.js';
import { stateOf } from './state.js';
import { installTrust } from '../trust/install.js';
import type { Ui } from '../io/ui.js';

export type StepStatus = 'done' | 'already' | 'skipped' | 'failed' | 'not-run';

/** The result of a step. */
export interface StepResult {
  group: StepGroup;
  title: string;
  /** As typed in a shell. */
  command: string;
  status: StepStatus;
  /** Why it was skipped, its output when it failed, or what a verification showed. */
  advice?: string;
  /** The commands that are left for the user. */
  left: string[];
}

interface Surroundings {
  directory: string;
  ui: Ui;
  verbose: boolean;
  /** Stdout belongs to a JSON document: programs print to stderr. */
  json: boolean;
  cancel: AbortSignal;
}

/** Groups whose output is also shown after success. */
const withProof: StepGroup[] = ['trust', 'verify'];
const shownLines = 20;

/** Ctrl-C reaches the program and this process; the program's end may be reported first. */
const signalDelayMs = 100;

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-shownLines).join('\n');
}

function outputFor({ verbose, json }: Surroundings) {
  return json || verbose ? ('stderr' as const) : ('captured' as const);
}

function failure(step: Step, { output, found }: Outcome): string {
  return found ? lastLines(output) : `${step.command[0]} is not installed.`;
}

/** Performs a step; only loads the verification if needed. */
async function perform(step: Step, surroundings: Surroundings): Promise<Outcome> {
  const { directory, cancel } = surroundings;
  const output = outputFor(surroundings);
  if (step.group === 'verify') {
    const { verify } = await import('./verify/verify.js');
    return verify({ directory, answers: step.answers, command: step.command, cancel });
  }
  // mkcert's output is the reason of a failure, even if it was already shown.
  const kept = output === 'stderr' ? 'both' : output;
  if (step.group === 'certificate') {
    return issue({ directory, request: step.request, issuer: step.issuer, output: kept, cancel });
  }
  if (step.group === 'trust') {
    const { ok, advice } = await installTrust({ cwd: directory, output: kept, cancel });
    return { ok, found: true, output: advice };
  }
  return run({ command: step.command, cwd: directory, output, cancel });
}

/** A step that was not run, with the command that is left for the user. */
function undoneStep({ group, title, command }: Step): StepResult {
  const typed = quoteCommand(command);
  // The command that starts the project is always printed.
  return {
    group,
    title,
    command: typed,
    status: 'not-run',
    left: group === 'verify' ? [] : [typed],
  };
}

/** What to print about a finished step. */
function proofOf(step: Step, { output }: Outcome): string {
  if (step.group === 'certificate' && step.issuer === 'built-in') {
    return `signed with the CA in ${caRoot()}`;
  }
  return withProof.includes(step.group) ? output : '';
}

async function runStep(step: Step, surroundings: Surroundings): Promise<StepResult> {
  const { directory, ui, cancel } = surroundings;
  const undone = undoneStep(step);
  if (cancel.aborted) {
    return undone;
  }
  const state = await stateOf(step, directory);
  if (!state.run && state.already) {
    return { ...undone, status: 'already', left: [] };
  }
  if (!state.run) {
    const left = state.commands.map((words) => quoteCommand(words));
    return { ...undone, status: 'skipped', advice: state.advice, left };
  }
  const quiet = outputFor(surroundings) === 'captured' && !step.interactive;
  (quiet ? ui.doing : ui.handOver)(step.title);
  const outcome = await perform(step, surroundings);
  if (outcome.ok) {
    const proof = proofOf(step, outcome);
    return { ...undone, status: 'done', left: [], ...(proof !== '' && { advice: proof }) };
  }
  await sleep(signalDelayMs);
  return cancel.aborted ? undone : { ...undone, status: 'failed', advice: failure(step, outcome) };
}

/** A step after a failed or skipped one of its group: no commit without a repository. */
function follow(step: Step, before: StepResult): StepResult {
  const undone = undoneStep(step);
  return before.status === 'skipped' ? { ...undone, status: 'skipped', left: [] } : undone;
}

/** A proof follows the result on its line; installed stores have their own lines. */
function doneText({ done, group }: Step, advice: string): string {
  const lines = advice.replaceAll(/^/gm, '  ');
  return group === 'trust' ? `${done}\n${lines}` : `${done}: ${advice}`;
}

/** Prints a step when it has ended. */
function showStep(step: Step, { title, status, advice = '' }: StepResult, ui: Ui): void {
  if (status === 'done') {
    ui.done(advice === '' ? step.done : doneText(step, advice));
  } else if (status === 'failed') {
    ui.warn(`${title} failed.\n${advice.replaceAll(/^/gm, '  ')}`);
  } else if (status === 'skipped' && advice !== '') {
    ui.warn(`${title} was skipped. ${advice}`);
  }
}

/**
 * Runs the steps one after another. After a failed or skipped step, skips the rest of its group.
 * @returns the result of each step
 */
export async function runSteps(steps: Step[], surroundings: Surroundings): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    const broken = results.find(
      ({ group, status }) => group === step.group && (status === 'failed' || status === 'skipped'),
    );
    // oxlint-disable-next-line no-await-in-loop -- each step needs the results of the previous ones
    const result = broken ? follow(step, broken) : await runStep(step, surroundings);
    results.push(result);
    showStep(step, result, surroundings.ui);
  }
  return results;
}
