import type { TrustEvidence } from '../trust-evidence.js';
import type { Rule } from '../verdict.js';
import { refusals, refusing, untrusted } from './shared/trust.js';

/** The commands that make the stores trust the CA, each command once. */
function trustCommands(trust: TrustEvidence): string[][] {
  const commands = refusals(trust).flatMap(({ fix }) => fix);
  return [...new Map(commands.map((command) => [command.join(' '), command])).values()];
}

export const caNotTrusted: Rule = {
  code: 'ca-not-trusted',
  meaning: "this machine's development CA signed the certificate, and a client does not trust it",
  trust: untrusted((trust) =>
    trust.signer === 'here'
      ? {
          cause: "The certificate is signed by this machine's development CA.",
          fix: refusing(trust).includes('browser')
            ? 'Make these clients trust the CA, then restart the browsers.'
            : 'Make these clients trust the CA.',
          commands: trustCommands(trust),
        }
      : undefined,
  ),
};
