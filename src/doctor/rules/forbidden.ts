import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { answerText } from './shared/text.js';
import { claimedOrigin } from './shared/upgrade.js';

/** A generated service says that no origin arrived, although one was sent. */
function isOriginLost({ upgrade }: Evidence): boolean {
  return upgrade?.origin !== undefined && /has no Origin header/.test(upgrade.answer?.body ?? '');
}

const cause = 'The server refuses this handshake with every origin that was tried.';

function usualFix({ target }: Evidence): string {
  return `If the server has a list of allowed origins, add ${target.origin}, or pass a listed one with --origin. Otherwise find out what it requires: a cookie, a token, an address.`;
}

function seenText(answer: HttpAnswer, { otherOrigins }: Evidence): string {
  const tried = otherOrigins.map(claimedOrigin).join(', ');
  return `${answerText(answer)}${tried === '' ? '' : `. The same with ${tried}`}.`;
}

export const forbidden: Rule = {
  code: 'forbidden',
  meaning: 'the server, or a firewall in front of it, refuses the handshake',
  advice: 'Look for the refusal in the log of the server or the firewall.',
  origin: judgeAnswer('forbidden', {
    usual: (_who, _answer, evidence) => ({ cause, fix: usualFix(evidence) }),
    otherwise: (answer, evidence) => {
      if (answer.status !== 403) {
        return undefined;
      }
      return isOriginLost(evidence)
        ? {
            cause: 'A proxy on the way removes the Origin header, which the service requires.',
            evidence: `${answerText(answer)}. The handshake had an Origin header.`,
            fix: 'Make the proxy forward Origin: remove what changes it (nginx: proxy_set_header, Apache: RequestHeader, HAProxy: http-request, Caddy: header_up).',
          }
        : {
            cause,
            evidence: seenText(answer, evidence),
            fix: usualFix(evidence),
            alternatives: ['origin-refused', 'unauthorized'],
          };
    },
  }),
};
