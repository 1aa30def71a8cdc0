import { leave } from '../command/leave.js';

const shown = 20;

function listed(paths: string[]): string {
  const rest = paths.length - shown;
  const more = rest > 0 ? [`and ${rest} more`] : [];
  return [...paths.slice(0, shown), ...more].join('\n');
}

/**
 * Asks whether files that are there may be replaced: Enter says no.
 * @param paths of the files, in the project
 * @param cancel ends the question
 * @throws Cancelled when the user leaves
 */
export async function mayReplace(paths: string[], cancel: AbortSignal): Promise<boolean> {
  const clack = await import('../command/clack.js');
  clack.note(listed(paths), 'There already, with other contents');
  const answer = await clack.confirm({
    message: 'Replace these files? No other is touched.',
    initialValue: false,
    signal: cancel,
  });
  if (clack.isCancel(answer)) {
    return leave({ clack, cancel });
  }
  clack.outro(answer ? 'They are replaced.' : 'They stay as they are.');
  return answer;
}
