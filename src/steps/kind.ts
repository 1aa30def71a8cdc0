import type { Ended, Run } from '../io/child-process.js';
import { run } from '../io/run.js';
import type { Program, Step, StepGroup } from './plan/step.js';

/** Whether to run a step; if the user must do something instead, why and which commands. */
export type State =
  | { run: true }
  | { run: false; already: true }
  | { run: false; already: false; advice: string; commands: string[][] };

export const needed: State = { run: true };
export const already: State = { run: false, already: true };

/** @returns the state of a step that cannot run, with the commands for the user */
export function skipped(advice: string, commands: string[][] = []): State {
  return { run: false, already: false, advice, commands };
}

/** How to run a step. */
export interface Performing {
  directory: string;
  output: Run['output'];
  cancel: AbortSignal;
  /** Shows the last line of a long step. */
  onLine?: ((line: string) => void) | undefined;
  /** Tells at once why a step will probably fail. */
  warn: (text: string) => void;
}

/** What is specific to the steps of one kind. */
export interface Kind<Group extends StepGroup> {
  /** @returns whether a step still has to be done in a project */
  state: (step: Step<Group>, directory: string) => State | Promise<State>;
  perform: (step: Step<Group>, performing: Performing) => Promise<Ended>;
  /** @returns what to print about a finished step; nothing by default */
  proof?: (step: Step<Group>, ended: Ended) => string;
}

/** The kinds of the steps that a command runs. */
export type Kinds<Group extends StepGroup> = { [Each in Group]: Kind<Each> };

/** Runs the step's command. */
export function runCommand(
  { command }: Program,
  { directory: cwd, output, cancel, onLine }: Performing,
): Promise<Ended> {
  return run({ command, cwd, output, cancel, onLine });
}

/** mkcert's output is the reason of a failure, even if it was already shown. */
export function keptOutput({ output }: Performing): Run['output'] {
  return output === 'stderr' ? 'both' : output;
}
