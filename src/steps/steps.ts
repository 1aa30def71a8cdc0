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

/** What became of a step. */
export interface StepResult {
  group: StepGroup;
  title: string;
  /** As it is typed in a shell. */
  command: string;
  status: StepStatus;
  /** Why it was left out, what it said when it failed, or what a verification showed. */
  advice?: string;
  /** The commands that are left to a person. */
  left: string[];
}

interface Surroundings {
  directory: string;
  ui: Ui;
  verbose: boolean;
  /** Stdout belongs to a JSON document: what programs say goes to stderr. */
  json: boolean;
  cancel: AbortSignal;
}

/** What these came to is told when they are done, too. */
const telling: StepGroup[] = ['trust', 'verify'];
const shownLines = 20;

/** Ctrl-C reaches a program and us at once; its end may be told before the signal is. */
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

/** Does what a step is made of; a verification is loaded only where it is wanted. */
async function perform(step: Step, surroundings: Surroundings): Promise<Outcome> {
  const { directory, cancel } = surroundings;
  const output = outputFor(surroundings);
  if (step.group === 'verify') {
    const { verify } = await import('./verify/verify.js');
    return verify({ directory, answers: step.answers, command: step.command, cancel });
  }
  // What mkcert says is the reason of a failure, though it be shown already.
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

/** A step that was not run, with the command that is left to a person. */
function undoneStep({ group, title, command }: Step): StepResult {
  const typed = quoteCommand(command);
  // What starts the project is told in any case.
  return {
    group,
    title,
    command: typed,
    status: 'not-run',
    left: group === 'verify' ? [] : [typed],
  };
}

/** What is to be told of a step that was done. */
function proofOf(step: Step, { output }: Outcome): string {
  if (step.group === 'certificate' && step.issuer === 'built-in') {
    return `signed by us with the CA in ${caRoot()}`;
  }
  return telling.includes(step.group) ? output : '';
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

/** A step behind one of its group that did not happen: no commit without a repository. */
function follow(step: Step, before: StepResult): StepResult {
  const undone = undoneStep(step);
  return before.status === 'skipped' ? { ...undone, status: 'skipped', left: [] } : undone;
}

/** What was seen stands behind the title, what was done in lines of its own. */
function doneText({ title, group, advice = '' }: StepResult): string {
  const lines = advice.replaceAll(/^/gm, '  ');
  return group === 'trust' ? `${title}\n${lines}` : `${title}: ${advice}`;
}

/** One line a step, when it has ended. */
function showStep(result: StepResult, ui: Ui): void {
  const { title, status, advice = '' } = result;
  if (status === 'done') {
    ui.done(advice === '' ? title : doneText(result));
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
