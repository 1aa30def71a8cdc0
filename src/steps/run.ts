import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, messageOf } from '../core/errors.js';
import { printedLines } from '../core/printable.js';
import { quoteCommand } from '../core/quote.js';
import type { Run } from '../io/child-process.js';
import type { Ui } from '../io/ui.js';
import type { Kinds } from './kind.js';
import { unrun, type Program, type Step, type StepGroup, type StepResult } from './plan/step.js';

interface Surroundings {
  directory: string;
  ui: Ui;
  verbose: boolean;
  /** Stdout belongs to a JSON document: programs print to stderr. */
  json: boolean;
  cancel: AbortSignal;
}

const shownLines = 20;

/** Ctrl-C reaches the program and this process; the program's end may be reported first. */
const signalDelayMs = 100;

/** The reason of a failure: the end of what the program printed. */
function lastLines(output: string): string {
  return printedLines(output).slice(-shownLines).join('\n');
}

/** The document of a failed run contains what the program printed. */
function outputFor({ verbose, json }: Surroundings): Run['output'] {
  if (json) {
    return 'both';
  }
  return verbose ? 'stderr' : 'captured';
}

/** A step that was not run, with the command that is left for the user. */
function undoneStep(step: Program): StepResult {
  const undone = unrun(step, 'not-run');
  // The command that starts the project is always printed.
  return { ...undone, left: step.group === 'verify' ? [] : [undone.command] };
}

async function tryStep<Group extends StepGroup>(
  step: Step<Group>,
  kinds: Kinds<Group>,
  surroundings: Surroundings,
): Promise<StepResult> {
  const { directory, ui, cancel } = surroundings;
  const kind = kinds[step.group];
  const undone = undoneStep(step);
  const state = await kind.state(step, directory);
  if (!state.run && state.already) {
    return { ...undone, status: 'already', left: [] };
  }
  if (!state.run) {
    const left = state.commands.map((words) => quoteCommand(words));
    return { ...undone, status: 'skipped', advice: state.advice, left };
  }
  const output = outputFor(surroundings);
  const quiet = output === 'captured' && !step.interactive;
  (quiet ? ui.doing : ui.handOver)(step.title);
  const onLine = quiet ? (line: string) => ui.doing(`${step.title}: ${line}`) : undefined;
  const ended = await kind.perform(step, { directory, output, cancel, onLine, warn: ui.warn });
  if (!ended.ok) {
    return { ...undone, status: 'failed', advice: lastLines(ended.output) };
  }
  const proof = kind.proof?.(step, ended) ?? '';
  return { ...undone, status: 'done', left: [], ...(proof !== '' && { advice: proof }) };
}

/** An error of a step does not end the run: the other steps and the summary follow. */
function failedBy(error: unknown, step: Program): StepResult {
  const advice = error instanceof UserError ? `${error.message}\n${error.fix}` : messageOf(error);
  return { ...undoneStep(step), status: 'failed', advice: lastLines(advice) };
}

async function runStep<Group extends StepGroup>(
  step: Step<Group>,
  kinds: Kinds<Group>,
  surroundings: Surroundings,
): Promise<StepResult> {
  const { cancel } = surroundings;
  if (cancel.aborted) {
    return undoneStep(step);
  }
  const result = await tryStep(step, kinds, surroundings).catch((error) => failedBy(error, step));
  if (result.status !== 'failed') {
    return result;
  }
  await sleep(signalDelayMs);
  return cancel.aborted ? undoneStep(step) : result;
}

/** A step after a failed or skipped one of its group: no commit without a repository. */
function follow(step: Program, before: StepResult): StepResult {
  const undone = undoneStep(step);
  return before.status === 'skipped' ? { ...undone, status: 'skipped', left: [] } : undone;
}

/** A proof follows the result on its line; installed stores have their own lines. */
function doneText({ done, group }: Program, advice: string): string {
  const lines = advice.replaceAll(/^/gm, '  ');
  return group === 'trust' ? `${done}\n${lines}` : `${done}: ${advice}`;
}

/** Prints a step when it has ended. */
function showStep(step: Program, { title, status, advice = '' }: StepResult, ui: Ui): void {
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
export async function runSteps<Group extends StepGroup>(
  steps: Step<Group>[],
  kinds: Kinds<Group>,
  surroundings: Surroundings,
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    const broken = results.find(
      ({ group, status }) => group === step.group && (status === 'failed' || status === 'skipped'),
    );
    // oxlint-disable-next-line no-await-in-loop -- each step needs the results of the previous ones
    const result = broken ? follow(step, broken) : await runStep(step, kinds, surroundings);
    results.push(result);
    showStep(step, result, surroundings.ui);
  }
  return results;
}
