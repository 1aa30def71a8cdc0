import type { Rule } from '../verdict.js';
import { certificateFile, pathOf } from './shared/certificate-file.js';
import { renewServed } from './shared/certificate-fix.js';
import {
  affectedByDate,
  certificateText,
  clockDoubt,
  hasEnded,
  neededChain,
  periodText,
} from './shared/validity.js';

export const expired: Rule = {
  code: 'expired',
  meaning: 'a certificate has expired',
  advice: 'Check the clock of the server.',
  certificate: (evidence) => {
    const { now } = evidence.surroundings;
    const ended = neededChain(evidence).find((each) => hasEnded(each, now));
    if (ended === undefined) {
      return undefined;
    }
    const doubt = clockDoubt(ended, evidence);
    return {
      ...affectedByDate(ended, evidence),
      cause: `${certificateText(ended, evidence)} has expired.`,
      evidence: `${periodText(ended)}${doubt?.seen ?? ''}`,
      ...(doubt
        ? { fix: doubt.fix, alternatives: ['not-yet-valid'] }
        : renewServed(
            evidence,
            'Renew it and restart the server: many servers only read their files at start.',
          )),
    };
  },
  files: certificateFile((facts, evidence) =>
    hasEnded(facts, evidence.surroundings.now)
      ? {
          cause: `The certificate ${pathOf(evidence)} has expired.`,
          evidence: periodText(facts),
        }
      : undefined,
  ),
};
