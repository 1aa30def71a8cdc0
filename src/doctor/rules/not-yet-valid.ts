import type { Rule } from '../verdict.js';
import { certificateFile, pathOf } from './shared/certificate-file.js';
import { dateText } from './shared/text.js';
import {
  affectedByDate,
  certificateText,
  clockDoubt,
  isEarly,
  neededChain,
  periodText,
} from './shared/validity.js';

export const notYetValid: Rule = {
  code: 'not-yet-valid',
  meaning: 'a certificate is not valid yet, or a clock is wrong',
  advice: 'Check the clock of this machine.',
  certificate: (evidence) => {
    const { now } = evidence.surroundings;
    const early = neededChain(evidence).find((each) => isEarly(each, now));
    if (early === undefined) {
      return undefined;
    }
    const doubt = clockDoubt(early, evidence);
    return {
      ...affectedByDate(early, evidence),
      cause: `${certificateText(early, evidence)} is not valid yet, or this machine's clock is wrong.`,
      evidence: `${periodText(early)} It is ${dateText(now)} here.${doubt?.seen ?? ''}`,
      ...(doubt
        ? { fix: doubt.fix, alternatives: ['expired'] }
        : { fix: 'Check the clocks of both machines, or get a new certificate.' }),
    };
  },
  files: certificateFile(
    ({ validFrom }, evidence) =>
      validFrom <= evidence.surroundings.now
        ? undefined
        : {
            cause: `The certificate ${pathOf(evidence)} is not valid yet, or this machine's clock is wrong.`,
            evidence: `It is valid from ${dateText(validFrom)}. This machine's clock says ${dateText(evidence.surroundings.now)}.`,
          },
    "Check this machine's clock, or get a new certificate.",
  ),
};
