import type { Answers } from '../../options/answers.js';
import { reportedError, type ReportedError, type UserError } from '../../core/errors.js';
import { options } from '../../options/options.js';
import {
  reportedStep,
  reportedTrust,
  type ReportedStep,
  type ReportedTrust,
} from '../../steps/plan/report.js';
import type { StepResult } from '../../steps/plan/step.js';
import type { TrustRow } from '../../trust/table/row.js';
import type { Plan } from './plan.js';

interface ReportedFile {
  path: string;
  bytes: number;
  /** Permission bits in octal, as chmod takes them. */
  mode: string;
  sha256: string;
}

/** The document of `--json` for a planned or finished run, with `error` if `ok` is false. */
export interface Report {
  schemaVersion: 1;
  ok: boolean;
  error?: ReportedError;
  command: 'create';
  directory: string;
  answers: Partial<Answers>;
  files: ReportedFile[];
  steps: ReportedStep[];
  /** Which stores trust the certificate; empty without a certificate. */
  trust: ReportedTrust[];
  next: string[];
  warnings: string[];
}

interface Run {
  plan: Plan;
  /** Why the steps did not finish. */
  error: UserError | undefined;
  steps: StepResult[];
  trust: TrustRow[];
  next: string[];
  /** Lower-case hexadecimal SHA-256 of a text in UTF-8. */
  sha256: (text: string) => string;
}

/** @returns the document of `--json` */
export function report({ plan, error, steps, trust, next, sha256 }: Run): Report {
  const names = options.map(({ name }) => name);
  return {
    schemaVersion: 1,
    ok: error === undefined,
    ...(error === undefined ? {} : { error: reportedError(error) }),
    command: 'create',
    directory: plan.directory,
    answers: Object.fromEntries(names.map((name) => [name, plan.answers[name]])),
    files: plan.files.map(({ path, contents, mode }) => ({
      path,
      bytes: new TextEncoder().encode(contents).length,
      mode: `0${mode.toString(8)}`,
      sha256: sha256(contents),
    })),
    steps: steps.map(reportedStep),
    trust: trust.map(reportedTrust),
    next,
    warnings: plan.warnings,
  };
}
