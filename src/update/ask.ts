import { leave } from '../command/leave.js';
import type { Answers } from '../options/answers.js';
import { extras, includedIn } from '../options/extras.js';

/**
 * Asks which extras the project is to have; Enter keeps those that it has.
 * @returns the answers that change
 * @throws Cancelled if the user leaves
 */
export async function askExtras(current: Answers, cancel: AbortSignal): Promise<Partial<Answers>> {
  const clack = await import('../command/clack.js');
  const chosen = await clack.multiselect({
    message: 'Which extras should the project have?',
    options: extras.map(({ name, title, line }) => ({ value: name, label: `${title}: ${line}` })),
    initialValues: extras.filter(({ name }) => current[name]).map(({ name }) => name),
    required: false,
    signal: cancel,
  });
  if (typeof chosen === 'symbol') {
    return leave({ clack, cancel });
  }
  const wanted = [...chosen, ...chosen.map(includedIn)];
  const changed = extras.filter(({ name }) => current[name] !== wanted.includes(name));
  return Object.fromEntries(changed.map(({ name }) => [name, wanted.includes(name)]));
}

/** @throws Cancelled if the user leaves */
export async function confirm(
  message: string,
  initialValue: boolean,
  cancel: AbortSignal,
): Promise<boolean> {
  const clack = await import('../command/clack.js');
  const answer = await clack.confirm({ message, initialValue, signal: cancel });
  return typeof answer === 'symbol' ? leave({ clack, cancel }) : answer;
}
