import type { Answers } from '../core/answers.js';
import { checkTrust } from './trust.js';

/** What is left to do until browsers accept the certificate. */
export interface TrustAdvice {
  message: string;
  /** Commands as they are typed in a shell. */
  commands: string[];
}

/** @returns what is left to do; nothing where all that is looked up trusts mkcert's CA */
export async function trustAdvice({
  mkcertInstall,
}: Pick<Answers, 'mkcertInstall'>): Promise<TrustAdvice | undefined> {
  const trust = await checkTrust();
  const install = ['mkcert -install'];
  if (trust === undefined) {
    return undefined;
  }
  if (trust.system === undefined) {
    const message = "Browsers accept the certificate once this system trusts mkcert's CA.";
    return mkcertInstall === true ? undefined : { message, commands: install };
  }
  if (!trust.system) {
    return { message: "This system does not trust mkcert's CA yet.", commands: install };
  }
  const commands = trust.chromium ?? [];
  const message = "Chromium does not trust mkcert's CA yet: it has a database of its own.";
  return commands.length === 0 ? undefined : { message, commands };
}
