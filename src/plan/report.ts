import type { Answers } from '../core/answers.js';
import { options } from '../core/options.js';
import { quoteCommand } from '../core/quote.js';
import type { Plan } from './plan.js';
import type { StepGroup } from './steps.js';

interface ReportedFile {
  path: string;
  bytes: number;
  /** Permission bits in octal, as chmod takes them. */
  mode: string;
  sha256: string;
}

interface ReportedStep {
  title: string;
  command: string;
  status: string;
  advice?: string;
}

/** A step with what else is known of it. */
export type AnyStep = ReportedStep & { group: StepGroup; left: string[] };

/** The document of `--json` for a run that was planned or done. */
export interface Report {
  schemaVersion: 1;
  ok: boolean;
  command: 'create';
  directory: string;
  answers: Partial<Answers>;
  files: ReportedFile[];
  steps: ReportedStep[];
  next: string[];
  warnings: string[];
}

/** @returns the steps of a plan before any is run */
export function plannedSteps(plan: Plan): AnyStep[] {
  return plan.steps.map(({ group, title, command }) => ({
    group,
    title,
    command: quoteCommand(command),
    status: 'planned',
    left: [],
  }));
}

interface Run {
  plan: Plan;
  steps: AnyStep[];
  next: string[];
  warnings: string[];
  /** Lower-case hexadecimal SHA-256 of a text in UTF-8. */
  sha256: (text: string) => string;
}

/** @returns the document of `--json` */
export function report({ plan, steps, next, warnings, sha256 }: Run): Report {
  const names = options.map(({ name }) => name);
  return {
    schemaVersion: 1,
    ok: steps.every((step) => step.status !== 'failed'),
    command: 'create',
    directory: plan.directory,
    answers: Object.fromEntries(names.map((name) => [name, plan.answers[name]])),
    files: plan.files.map(({ path, contents, mode }) => ({
      path,
      bytes: new TextEncoder().encode(contents).length,
      mode: `0${mode.toString(8)}`,
      sha256: sha256(contents),
    })),
    steps: steps.map(({ title, command, status, advice }) => ({
      title,
      command,
      status,
      ...(advice === undefined ? {} : { advice }),
    })),
    next,
    warnings,
  };
}
