import { quoteCommand } from '../core/quote.js';
import type { StageResult, Verdict } from './verdict.js';

/** The result of a diagnosis. */
export interface Diagnosis {
  url: string;
  verdicts: Verdict[];
  stages: StageResult[];
  /** What else doctor can find out, for its text. */
  next?: Next[];
}

/** A question, and the command that answers it. */
export interface Next {
  text: string;
  command: string[];
}

function mapVerdict(verdict: Verdict, change: (text: string) => string): Verdict {
  return {
    ...verdict,
    cause: change(verdict.cause),
    evidence: change(verdict.evidence),
    fix: change(verdict.fix),
    lines: verdict.lines.map(change),
    commands: verdict.commands.map((words) => words.map(change)),
    others: verdict.others.map((other) => ({
      ...other,
      fix: change(other.fix),
      lines: other.lines.map(change),
    })),
  };
}

/** @returns the diagnosis with each of its texts as `change` returns it */
export function mapTexts(diagnosis: Diagnosis, change: (text: string) => string): Diagnosis {
  const { next = [] } = diagnosis;
  return {
    url: change(diagnosis.url),
    verdicts: diagnosis.verdicts.map((verdict) => mapVerdict(verdict, change)),
    stages: diagnosis.stages.map((stage) => ({ ...stage, seen: change(stage.seen) })),
    next: next.map(({ text, command }) => ({ text, command: command.map(change) })),
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
    verdicts: verdicts.map(({ lines, others: _others, ...verdict }) => ({
      ...verdict,
      fix: [verdict.fix, ...lines].join('\n'),
      commands: verdict.commands.map((words) => quoteCommand(words)),
    })),
    stages,
  };
}
