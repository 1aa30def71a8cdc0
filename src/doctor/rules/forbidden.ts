import type { Evidence } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { answerText } from './shared/text.js';
import {
  claimedOrigin,
  isAboutAlpn,
  isAboutOrigin,
  openingOrigin,
  statusIn,
} from './shared/upgrade.js';

/** A generated service says that no origin arrived, although one was sent. */
function isOriginLost({ upgrade }: Evidence): boolean {
  return upgrade?.origin !== undefined && /has no Origin header/.test(upgrade.answer?.body ?? '');
}

export const forbidden: Rule = {
  code: 'forbidden',
  meaning: 'the server refuses every origin that was tried',
  origin: (evidence) => {
    const answer = statusIn(evidence, 403);
    const known =
      isAboutOrigin(evidence) || openingOrigin(evidence) !== undefined || isAboutAlpn(answer);
    if (answer === undefined || known) {
      return undefined;
    }
    const tried = evidence.otherOrigins.map(claimedOrigin).join(', ');
    if (isOriginLost(evidence)) {
      return {
        cause: 'A proxy on the way removes the Origin header, which the service requires.',
        evidence: `${answerText(answer)}. The handshake had an Origin header.`,
        fix: 'Make the proxy forward the Origin header unchanged.',
      };
    }
    return {
      cause: 'The server refuses this handshake with every origin that was tried.',
      evidence: `${answerText(answer)}${tried === '' ? '' : `. The same with ${tried}`}.`,
      fix: `If the server has a list of allowed origins, add ${evidence.target.origin}, or pass a listed one with --origin. Otherwise find out what it requires: a cookie, a token, an address.`,
      alternatives: ['origin-refused', 'unauthorized'],
    };
  },
};
