import { leave } from '../command/leave.js';

const shown = 20;

function listed(paths: string[]): string {
  const rest = paths.length - shown;
  const more = rest > 0 ? [`and ${rest} more`] : [];
  return [...paths.slice(0, shown), ...more].join('\n');
}

/**
 * Asks whether existing files may be replaced: Enter says no.
 * @param paths of the files, in the project
 * @param cancel ends the question
 * @throws Cancelled if the user leaves
 */
export async function mayReplace(paths: string[], cancel: AbortSignal): Promise<boolean> {
  const clack = await import('../command/clack.js');
  clack.note(listed(paths), 'Existing files with other contents');
  const answer = await clack.confirm({
    message: 'Replace these files? Other files stay as they are.',
    initialValue: false,
    signal: cancel,
  });
  if (clack.isCancel(answer)) {
    return leave({ clack, cancel });
  }
  clack.outro(answer ? 'The files are replaced.' : 'Nothing is replaced.');
  return answer;
}
