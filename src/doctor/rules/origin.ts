import { answerText, isAboutAlpn, isAlive, openingOrigin, refusal } from './signals.js';
import { isPlainOnTls } from './answers.js';
import type { Evidence, UpgradeEvidence } from '../evidence.js';
import type { Rule } from './verdict.js';

const refusals = [400, 401, 403];

function claimed({ origin }: UpgradeEvidence): string {
  return origin === undefined ? 'no origin' : `the origin ${origin}`;
}

/** How the server answered the handshake. */
function answered({ upgrade }: Evidence): string {
  return upgrade?.answer === undefined ? 'The connection was dropped' : answerText(upgrade.answer);
}

/** The handshake was refused, and the answer does not say why. */
function isRefused(evidence: Evidence): boolean {
  const { upgrade } = evidence;
  const answer = refusal(evidence);
  const dropped = upgrade?.answer === undefined && upgrade?.bytes === '';
  return answer === undefined ? dropped : refusals.includes(answer.status);
}

/** Whether the server says itself that it refuses the origin, as generated services do. */
function isAboutOrigin(evidence: Evidence): boolean {
  const answer = refusal(evidence);
  const said = /not listed in DOMAINS|origin (is )?(not allowed|denied|forbidden)|invalid origin/i;
  return [401, 403].includes(answer?.status ?? 0) && said.test(answer?.body ?? '');
}

/** `null` can be any page, so no server should allow it. */
function originFix({ page, target: { origin } }: Evidence): string {
  if (origin !== 'null') {
    return `Add ${origin} to the origins that the server allows (DOMAINS in a generated project). Write scheme, host and port exactly as browsers do.`;
  }
  return page === undefined
    ? 'Serve the page over http:// or https://, not from a file or in a sandbox. Then it has an origin that the server can allow.'
    : `Add allow-same-origin to the sandbox directive of ${page.url}. Then its sockets send the origin of the page instead of null.`;
}

/** A generated service says that no origin arrived, although one was sent. */
function isOriginLost({ upgrade }: Evidence): boolean {
  return upgrade?.origin !== undefined && /has no Origin header/.test(upgrade.answer?.body ?? '');
}

export const originRules: Rule[] = [
  {
    code: 'origin-refused',
    stage: 'origin',
    judge: (evidence) => {
      const opening = openingOrigin(evidence);
      const inWords = isAboutOrigin(evidence);
      if (!isRefused(evidence) || (opening === undefined && !inWords)) {
        return undefined;
      }
      const { origin } = evidence.target;
      const whose = origin === 'null' ? 'with the origin null' : `from ${origin}`;
      return {
        clients: ['browser'],
        cause: `The server refuses pages ${whose}.`,
        evidence:
          opening === undefined
            ? `${answered(evidence)}.`
            : `${answered(evidence)}. The same handshake with ${claimed(opening)} opens a socket.`,
        fix: originFix(evidence),
      };
    },
  },
  {
    code: 'forbidden',
    stage: 'origin',
    judge: (evidence) => {
      const answer = refusal(evidence);
      if (
        answer?.status !== 403 ||
        isAboutOrigin(evidence) ||
        openingOrigin(evidence) !== undefined ||
        isAboutAlpn(answer)
      ) {
        return undefined;
      }
      const tried = evidence.otherOrigins.map(claimed).join(', ');
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
  },
  {
    code: 'unauthorized',
    stage: 'origin',
    judge: (evidence) => {
      const answer = refusal(evidence);
      const known = openingOrigin(evidence) !== undefined || isAboutOrigin(evidence);
      if (answer?.status !== 401 || known) {
        return undefined;
      }
      const wants = answer.headers['www-authenticate'];
      return {
        cause: 'The server requires credentials in the handshake.',
        evidence: `${answerText(answer)}${wants === undefined ? '' : `, WWW-Authenticate: ${wants}`}.`,
        fix: 'Make the client send them. Browsers only send cookies of the same site in a handshake: put a token into a cookie, the query, or the first message.',
        ...(wants === undefined ? { alternatives: ['origin-refused' as const] } : {}),
      };
    },
  },
  {
    code: 'origin-unchecked',
    stage: 'origin',
    judge: ({ foreignOrigin, upgrade }) =>
      isAlive(foreignOrigin) && isAlive(upgrade)
        ? {
            severity: 'warning',
            clients: ['browser'],
            cause:
              'The server accepts every origin. Any page on the internet can open a socket with the cookies of your users.',
            evidence: `A handshake with the origin ${foreignOrigin?.origin} opened a socket.`,
            fix: 'Compare the Origin header of each handshake with a list. CORS does not apply to sockets.',
          }
        : undefined,
  },
  {
    code: 'handler-died',
    stage: 'upgrade',
    judge: (evidence) => {
      const { upgrade, target } = evidence;
      const dropped = upgrade?.end === 'closed' || upgrade?.end === 'reset';
      const silent = upgrade?.answer === undefined && upgrade?.bytes === '' && dropped;
      const explained = upgrade?.alert !== undefined || isPlainOnTls(evidence);
      if (!silent || explained || openingOrigin(evidence) !== undefined) {
        return undefined;
      }
      return {
        cause: `The server drops the handshake for ${target.path} without an answer.`,
        evidence: `The connection ended${upgrade.code === undefined ? '' : ` with ${upgrade.code}`} before the first byte.`,
        fix: "Check the server's log and the path: many servers drop handshakes for paths without a socket.",
        alternatives: ['wrong-path', 'origin-refused', 'not-a-websocket-server'],
      };
    },
  },
];
