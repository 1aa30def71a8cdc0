import { UserError } from '../core/errors.js';
import { pairPaths } from '../core/paths.js';
import { readRecord } from '../io/record.js';
import { nowhere, type Answers } from '../options/answers.js';
import { parseAnswersFile } from '../options/answers-file.js';
import { isComplete, resolve } from '../options/resolve.js';

/**
 * Completes the answers of a record with defaults. A record has no paths of the user's files: those of the
 * development certificate stand for them.
 * @throws UserError for answers that are not those of a record
 */
export function completeRecord(answers: object, directory: string): Answers {
  const file = parseAnswersFile('answers', JSON.stringify(answers));
  const asked = file.certSource === 'files' ? pairPaths : {};
  const { known, gaps, contradictions } = resolve({ flag: { directory }, file, asked }, nowhere);
  if (contradictions[0] !== undefined || !isComplete(known, gaps)) {
    const context = { code: 'missing-answers', stage: 'answers' } as const;
    const missing = new UserError('An answer is missing.', 'Use the answers of a record.', context);
    throw contradictions[0]?.error ?? missing;
  }
  return known;
}

/** @returns the answers that an existing project was generated with; undefined if they are unknown */
export function recordedAnswers(directory: string): Answers | undefined {
  const { answers } = readRecord(directory);
  try {
    return typeof answers === 'object' && answers !== null
      ? completeRecord(answers, directory)
      : undefined;
  } catch {
    // Edited by hand, or of another version.
    return undefined;
  }
}
