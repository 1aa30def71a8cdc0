import type { Answers } from '../options/answers.js';
import type { ErrorCode, Stage, UserError } from '../core/errors.js';
import { options } from '../options/options.js';
import { quoteCommand } from '../core/quote.js';
import type { Plan } from './plan.js';
import type { StepGroup } from './steps.js';
import type { TrustRow, TrustState } from '../trust/table/row.js';

interface ReportedFile {
  path: string;
  bytes: number;
  /** Permission bits in octal, as chmod takes them. */
  mode: string;
  sha256: string;
}

/** A step in the document of `--json`. */
export interface ReportedStep {
  title: string;
  command: string;
  status: string;
  advice?: string;
}

/** A row of the trust table in the document of `--json`. */
export interface ReportedTrust {
  /** The name of a trust store. */
  store: string;
  title: string;
  state: TrustState;
  path?: string;
  note?: string;
  /** Commands, as typed in a shell. */
  fix: string[];
}

/** A step with its internal data. */
export type AnyStep = ReportedStep & { group: StepGroup; left: string[] };

/** What went wrong, in the document of `--json`. */
export interface ReportedError {
  code: ErrorCode;
  stage: Stage;
  message: string;
  fix: string;
  details: string[];
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

/** @returns the steps before the run */
export function plannedSteps({ steps }: Pick<Plan, 'steps'>): AnyStep[] {
  return steps.map(({ group, title, command }) => ({
    group,
    title,
    command: quoteCommand(command),
    status: 'planned',
    left: [],
  }));
}

/** @returns a step for the JSON document */
export function reportedStep({ title, command, status, advice }: AnyStep): ReportedStep {
  return { title, command, status, ...(advice === undefined ? {} : { advice }) };
}

/** @returns an error for the JSON document */
export function reportedError({ code, stage, message, fix, details }: UserError): ReportedError {
  return { code, stage, message, fix, details };
}

/** @returns the document of `--json` for a run that wrote nothing */
export function errorReport(error: UserError): Pick<Report, 'schemaVersion' | 'ok' | 'error'> {
  return { schemaVersion: 1, ok: false, error: reportedError(error) };
}

interface Run {
  plan: Plan;
  /** Why the steps did not finish. */
  error: UserError | undefined;
  steps: AnyStep[];
  trust: TrustRow[];
  next: string[];
  /** Lower-case hexadecimal SHA-256 of a text in UTF-8. */
  sha256: (text: string) => string;
}

/** @returns a row of the trust table for the JSON document */
export function reportedTrust({ store, title, state, path, note, fix }: TrustRow): ReportedTrust {
  return {
    store,
    title,
    state,
    ...(path === undefined ? {} : { path }),
    ...(note === undefined ? {} : { note }),
    fix: fix.map((command) => quoteCommand(command)),
  };
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
