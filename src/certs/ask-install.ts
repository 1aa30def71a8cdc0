import { optionNamed } from '../options/options.js';
import { leave } from '../command/leave.js';

/**
 * Asks whether `mkcert -install` may change this system's trust stores: Enter says yes.
 * @param cancel ends the question
 * @throws Cancelled if the user leaves
 */
export async function mayInstall(cancel: AbortSignal): Promise<boolean> {
  const clack = await import('../command/clack.js');
  const { message = '', initial } = optionNamed('mkcertInstall').question ?? {};
  const answer = await clack.confirm({ message, initialValue: initial === true, signal: cancel });
  if (clack.isCancel(answer)) {
    return leave({ clack, cancel, said: 'Cancelled. The certificate is kept.' });
  }
  return answer;
}
