import { quoteCommand } from '../../core/quote.js';
import type { TrustRow, TrustState } from '../../trust/table/row.js';
import type { StepResult } from './step.js';

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

/** @returns a step for the JSON document */
export function reportedStep({ title, command, status, advice }: StepResult): ReportedStep {
  return { title, command, status, ...(advice === undefined ? {} : { advice }) };
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
