import { quoteCommand } from '../../core/quote.js';
import type { Evidence } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { doctorAgain } from './shared/doctor-again.js';
import { isLeafOnly, refusals, refusing, untrusted } from './shared/trust.js';

/** What to type with the root certificate of the CA in FILE. */
function commandsWith({ surroundings, trust }: Evidence): string[] {
  if (trust === undefined || trust.caFile !== undefined) {
    return [];
  }
  const all = [
    ...refusals(trust).flatMap(({ fix }) => fix),
    ...(refusing(trust).includes('node') ? [['export', 'NODE_EXTRA_CA_CERTS=FILE']] : []),
    doctorAgain(surroundings, { flags: [['--ca-file', 'FILE']] }),
  ];
  return all.map((words) => `$ ${quoteCommand(words)}`);
}

export const privateCa: Rule = {
  code: 'private-ca',
  meaning: 'a private CA signed the certificate, and a client does not trust it',
  advice: 'Run doctor again with its root certificate: --ca-file FILE.',
  trust: untrusted((trust, evidence) => {
    const { signer, namesake } = trust;
    return signer === 'other' && (!isLeafOnly(trust) || namesake !== undefined)
      ? {
          cause:
            namesake === undefined
              ? 'The certificate is signed by a private CA.'
              : `The certificate is signed by a CA with the same name as one in ${namesake}, but with another key: an earlier or a later CA.`,
          fix: 'Install the root certificate of that CA on the clients: in the trust stores of the system and the browsers, and for Node.js with NODE_EXTRA_CA_CERTS.',
          lines: commandsWith(evidence),
        }
      : undefined;
  }),
};
