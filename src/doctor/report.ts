import { quoteCommand } from '../core/quote.js';
import type { StageResult, Verdict } from './verdict.js';

/** The result of a diagnosis. */
export interface Diagnosis {
  url: string;
  verdicts: Verdict[];
  stages: StageResult[];
}

/** @returns whether nothing blocks */
export function isFine({ verdicts }: Pick<Diagnosis, 'verdicts'>): boolean {
  return !verdicts.some(({ severity }) => severity === 'blocking');
}

/** @returns the document of `doctor --json` */
export function diagnosisReport({ url, verdicts, stages }: Diagnosis) {
  return {
    schemaVersion: 1,
    ok: isFine({ verdicts }),
    url,
    verdicts: verdicts.map((verdict) => ({
      ...verdict,
      commands: verdict.commands.map((words) => quoteCommand(words)),
    })),
    stages,
  };
}
