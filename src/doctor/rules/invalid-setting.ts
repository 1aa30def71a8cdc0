import type { Rule } from '../verdict.js';
import { severityOf } from './shared/project-files.js';
import { listed } from './shared/text.js';

/** The names of settings at the start of error messages. */
function namesIn(mistakes: string[]): string[] {
  return [...new Set(mistakes.flatMap((line) => /^[A-Z_]+/.exec(line)?.[0] ?? []))];
}

export const invalidSetting: Rule = {
  code: 'invalid-setting',
  meaning: 'a setting of the service has an invalid value',
  settings: (evidence) => {
    const mistakes = evidence.project?.mistakes ?? [];
    if (mistakes.length === 0) {
      return undefined;
    }
    const names = listed(namesIn(mistakes));
    return {
      ...severityOf(evidence),
      cause: `The service does not start with the current value of ${names}.`,
      evidence: mistakes.join(' '),
      fix: `Correct ${names} in .env, or in the environment, which overrides the file.`,
    };
  },
};
