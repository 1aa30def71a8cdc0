import { quoteCommand } from '../core/quote.js';
import type { StageResult, Verdict } from './verdict.js';

/** The result of a diagnosis. */
export interface Diagnosis {
  url: string;
  verdicts: Verdict[];
  stages: StageResult[];
}

/** @returns the diagnosis with each of its texts as `change` returns it */
export function mapTexts(diagnosis: Diagnosis, change: (text: string) => string): Diagnosis {
  return {
    url: change(diagnosis.url),
    verdicts: diagnosis.verdicts.map((verdict) => ({
      ...verdict,
      cause: change(verdict.cause),
      evidence: change(verdict.evidence),
      fix: change(verdict.fix),
      commands: verdict.commands.map((words) => words.map(change)),
    })),
    stages: diagnosis.stages.map((stage) => ({ ...stage, seen: change(stage.seen) })),
  };
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
