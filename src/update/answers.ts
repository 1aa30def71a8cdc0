import { UserError } from '../core/errors.js';
import { pairPaths, recordPath } from '../core/paths.js';
import { nowhere, type Answers } from '../options/answers.js';
import { parseAnswersFile } from '../options/answers-file.js';
import { optionNamed } from '../options/options.js';
import { isComplete, resolve } from '../options/resolve.js';

/** `+https://app.test` adds to the origins of the project, not to the default. */
function added({ origins, ...typed }: Partial<Answers>, recorded: Partial<Answers>) {
  const isAdding = origins?.some((origin) => origin.startsWith('+')) === true;
  if (origins === undefined || !isAdding || recorded.origins === undefined) {
    return origins === undefined ? typed : { ...typed, origins };
  }
  const fresh = origins.map((origin) => origin.replace(/^\+/, ''));
  return { ...typed, origins: [...new Set([...recorded.origins, ...fresh])] };
}

/**
 * The answers of an updated project: those of its record, changed by what was typed. A recorded answer
 * that no longer applies is left out, and what follows from others is derived again.
 * @param answers as in the record
 * @throws UserError for an unknown option in the record, and for a contradiction
 */
export function newAnswers(answers: object, typed: Partial<Answers>): Answers {
  const recorded = parseAnswersFile(recordPath, JSON.stringify(answers));
  // A record does not know where the owner's key and certificate are: only `.env` does.
  const asked = { ...pairPaths, ...recorded, directory: optionNamed('directory').name };
  const layers = { flag: added(typed, recorded), file: {}, asked };
  const { known, gaps, contradictions } = resolve(layers, nowhere);
  if (contradictions[0] !== undefined) {
    throw contradictions[0].error;
  }
  if (!isComplete(known, gaps)) {
    const missing = gaps.filter(({ name }) => known[name] === undefined);
    throw new UserError(
      `${recordPath}: ${missing.map(({ name }) => name).join(', ')} is missing.`,
      'Pass it as an option.',
      { code: 'missing-answers', stage: 'answers' },
    );
  }
  return { ...known, directory: '.' };
}
