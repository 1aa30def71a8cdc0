import { leave } from '../command/leave.js';
import { firstOf } from '../core/first-of.js';
import { freePath } from './occupied.js';

/** How many paths the question lists. */
const shown = 20;

/** The answer to a conflict: files are replaced, the project goes elsewhere, or nothing is done. */
export type Settlement = { replace: boolean } | { directory: string };

/**
 * Asks what to do about existing files. Enter creates the project elsewhere.
 * @param paths of the files, in the project
 * @param directory as typed
 * @param cancel ends the question
 * @throws Cancelled if the user leaves
 */
export async function askAboutConflicts(
  paths: string[],
  directory: string,
  cancel: AbortSignal,
): Promise<Settlement> {
  const clack = await import('../command/clack.js');
  const free = freePath(directory);
  clack.note(
    firstOf(paths, shown).join('\n'),
    `Existing files in ${directory} with other contents`,
  );
  const answer = await clack.select({
    message: 'What should happen to them?',
    options: [
      { value: 'elsewhere', label: `Keep them, and create the project in ${free}` },
      { value: 'replace', label: 'Replace them; other files stay' },
      { value: 'stop', label: 'Write nothing' },
    ],
    signal: cancel,
  });
  if (typeof answer === 'symbol') {
    return leave({ clack, cancel });
  }
  const said: Record<string, string> = {
    elsewhere: `The project goes to ${free}.`,
    replace: 'The files are replaced.',
  };
  clack.outro(said[answer] ?? 'Nothing is written.');
  return answer === 'elsewhere' ? { directory: free } : { replace: answer === 'replace' };
}
