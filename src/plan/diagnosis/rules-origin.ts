import { answerText, isAboutAlpn, isAlive, openingOrigin, refusal } from './signals.js';
import { isPlainOnTls } from './answers.js';
import type { Evidence, UpgradeEvidence } from './evidence.js';
import type { Rule } from './verdict.js';

const refusals = [400, 401, 403];

function claimed({ origin }: UpgradeEvidence): string {
  return origin === undefined ? 'without an origin' : `with ${origin}`;
}

/** What the handshake was answered with, or that it was not. */
function answered({ upgrade }: Evidence): string {
  return upgrade?.answer === undefined ? 'The connection was dropped' : answerText(upgrade.answer);
}

/** The handshake was refused, and not for something that is told by its answer. */
function isRefused(evidence: Evidence): boolean {
  const { upgrade } = evidence;
  const answer = refusal(evidence);
  const dropped = upgrade?.answer === undefined && upgrade?.bytes === '';
  return answer === undefined ? dropped : refusals.includes(answer.status);
}

/** Servers that say themselves that it is the origin, as ours does. */
function isAboutOrigin(evidence: Evidence): boolean {
  const answer = refusal(evidence);
  const said = /not listed in DOMAINS|origin (is )?(not allowed|denied|forbidden)|invalid origin/i;
  return [401, 403].includes(answer?.status ?? 0) && said.test(answer?.body ?? '');
}

/** What `null` stands for can be any page, so that no server should list it. */
function originFix({ page, target: { origin } }: Evidence): string {
  if (origin !== 'null') {
    return `Add ${origin} to the origins that the server allows (DOMAINS in a project of ours): scheme, host and port, exactly as browsers write them.`;
  }
  return page === undefined
    ? 'Serve the page by http:// or https://, and not from a file or in a sandbox, so that it has an origin that the server can list.'
    : `Add allow-same-origin to the directive sandbox of ${page.url}, so that its sockets claim the origin of the page and not null.`;
}

/** Our own service says that none arrived, where one was sent. */
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
      const whose = origin === 'null' ? 'that have no origin, or hide it (null)' : `of ${origin}`;
      return {
        clients: ['browser'],
        cause: `The server refuses pages ${whose}.`,
        evidence:
          opening === undefined
            ? `${answered(evidence)}.`
            : `${answered(evidence)}; ${claimed(opening)} the same handshake opens a socket.`,
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
          cause: 'A proxy on the way takes the Origin header away, and the service wants one.',
          evidence: `${answerText(answer)}. One was sent.`,
          fix: 'Let the proxy pass the Origin header on as it is.',
        };
      }
      return {
        cause: 'The server refuses this handshake, whatever origin it claims.',
        evidence: `${answerText(answer)}${tried === '' ? '' : `; the same ${tried}`}.`,
        fix: `If it allows a list of origins, add ${evidence.target.origin} to it, or name one that is listed by --origin; else look for what it wants: a cookie, a token, an address.`,
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
        cause: 'The server wants credentials with the handshake.',
        evidence: `${answerText(answer)}${wants === undefined ? '' : `, WWW-Authenticate: ${wants}`}.`,
        fix: 'Let the client send them. Browsers send cookies of the same site and nothing else with a handshake: a token goes into a cookie, the query, or the first message.',
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
              'The server takes every origin, so that any page in the world may open a socket with the cookies of your users.',
            evidence: `A handshake with ${foreignOrigin?.origin} opened a socket.`,
            fix: 'Compare the Origin header of each handshake with a list. CORS does not cover sockets.',
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
        evidence: `The connection ended${upgrade.code === undefined ? '' : ` with ${upgrade.code}`} before a byte came.`,
        fix: "Look at the server's log, and whether the path is one of its sockets: many servers drop handshakes for others.",
        alternatives: ['wrong-path', 'origin-refused', 'not-a-websocket-server'],
      };
    },
  },
];
