import { reportedError, type ReportedError, type UserError } from '../core/errors.js';
import type { TrustRow } from '../trust/table/row.js';
import {
  reportedStep,
  reportedTrust,
  type ReportedStep,
  type ReportedTrust,
} from '../steps/plan/report.js';
import type { StepResult } from '../steps/plan/step.js';

/** A certificate in a project. */
export interface Issued {
  /** Relative to the directory. */
  keyFile: string;
  certFile: string;
  /** Names and addresses. */
  hosts: string[];
  /** ISO 8601, in UTC. */
  validTo: string;
}

/** The document of `certs --json`, with `error` if `ok` is false. */
export interface CertsReport {
  schemaVersion: 1;
  ok: boolean;
  error?: ReportedError;
  command: 'certs';
  directory: string;
  /** Absent in a dry run, and if none could be created. */
  certificate?: Issued;
  steps: ReportedStep[];
  /** Which stores trust the certificate; empty without a certificate, or if another CA signed it. */
  trust: ReportedTrust[];
  next: string[];
  warnings: string[];
}

interface Run extends Pick<CertsReport, 'directory' | 'next' | 'warnings'> {
  error: UserError | undefined;
  certificate: Issued | undefined;
  steps: StepResult[];
  trust: TrustRow[];
}

/** @returns the document of `certs --json` */
export function certsReport(run: Run): CertsReport {
  const { error, certificate, steps, trust, directory, next, warnings } = run;
  return {
    schemaVersion: 1,
    ok: error === undefined,
    ...(error !== undefined && { error: reportedError(error) }),
    command: 'certs',
    directory,
    ...(certificate !== undefined && { certificate }),
    steps: steps.map(reportedStep),
    trust: trust.map(reportedTrust),
    next,
    warnings,
  };
}
