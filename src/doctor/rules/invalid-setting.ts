import type { ProjectEvidence } from '../project-evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { placeOf, severityOf } from './shared/project-files.js';
import { listed } from './shared/text.js';

/** The names of settings at the start of error messages. */
function namesIn(mistakes: string[]): string[] {
  return [...new Set(mistakes.flatMap((line) => /^[A-Z_]+/.exec(line)?.[0] ?? []))];
}

type Lines = ProjectEvidence['ignoredLines'];

/** The values are not shown: they may be secret. */
function ignored(lines: Lines): Finding {
  const names = listed(lines.map(({ name }) => name));
  return {
    severity: 'warning',
    cause: `.env has ${lines.length === 1 ? 'a line that sets' : 'lines that set'} nothing, so the default of ${names} applies.`,
    evidence: `${lines.map(({ line, name }) => `Line ${line}: ${name} without =`).join('. ')}.`,
    fix: `Write ${lines.map(({ name }) => `${name}=value`).join(', ')}.`,
  };
}

export const invalidSetting: Rule = {
  code: 'invalid-setting',
  meaning: 'a setting of the service has an invalid value',
  settings: (evidence) => {
    const { mistakes = [], ignoredLines = [] } = evidence.project ?? {};
    if (mistakes.length === 0) {
      return ignoredLines.length === 0 ? undefined : ignored(ignoredLines);
    }
    const names = listed(namesIn(mistakes));
    return {
      ...severityOf(evidence),
      cause: `The service does not start with the current value of ${names}.`,
      evidence: mistakes.join(' '),
      fix: `Correct ${names} ${placeOf(evidence.project, ...namesIn(mistakes))}.`,
    };
  },
};
