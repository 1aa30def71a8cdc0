import type { Evidence } from '../evidence.js';
import type { Finding, Rule } from '../verdict.js';
import type { Remedy } from './shared/certificate-fix.js';
import { missingPage } from './shared/project-target.js';
import { placeOf } from './shared/project-files.js';
import { restart } from './shared/restart.js';
import { answerToRead, findingOf, knownAnswer } from './answers/judge-answer.js';
import { answerText } from './shared/text.js';
import { claimedOrigin, isVerifyClient, openingOrigin, refusal } from './shared/upgrade.js';

const refusals = [400, 401, 403];

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

/** The service of this project allows the origin in its settings, so it runs with older ones. */
function isStale({ project, target }: Evidence): boolean {
  return project?.settings.DOMAINS.includes(target.origin) === true;
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

function originRemedy(evidence: Evidence): Remedy {
  return isStale(evidence) ? restart(evidence) : { fix: originFix(evidence) };
}

function refusedText({ origin }: Evidence['target']): string {
  return `The server refuses pages ${origin === 'null' ? 'with the origin null' : `from ${origin}`}.`;
}

/** The same handshake with another origin opens a socket. */
function judgeByOrigins(evidence: Evidence): Finding | undefined {
  const opening = openingOrigin(evidence);
  return !isRefused(evidence) || opening === undefined
    ? undefined
    : {
        clients: ['browser'],
        cause: refusedText(evidence.target),
        evidence: `${answered(evidence)}. The same handshake with ${claimedOrigin(opening)} opens a socket.`,
        ...originRemedy(evidence),
      };
}

/** The answer says so itself. */
function judgeByAnswer(evidence: Evidence): Finding | undefined {
  const answer = answerToRead(evidence);
  const row = answer === undefined ? undefined : knownAnswer(answer);
  if (answer === undefined || row?.code !== 'origin-refused') {
    return undefined;
  }
  const { fix, commands } = originRemedy(evidence);
  const usual = () => ({ cause: refusedText(evidence.target), fix });
  return {
    clients: ['browser'],
    ...findingOf(row, { answer, evidence, usual }),
    ...(row.fix === undefined && commands !== undefined ? { commands } : {}),
  };
}

/** Where a refusal may be about the origin: how to find out. */
function originTest({ target, surroundings }: Evidence): string {
  return surroundings.asked.origin === true
    ? `Doctor sent ${target.origin}, as you asked. Compare it with the origins that the server allows: scheme, host and port count.`
    : `Doctor sent ${target.origin}. Run it again with the origin of your page: --origin https://YOUR-PAGE.`;
}

/** ws refuses without a reason. */
function judgeBare(evidence: Evidence): Finding | undefined {
  const answer = answerToRead(evidence);
  return answer === undefined || !isVerifyClient(answer) || knownAnswer(answer) !== undefined
    ? undefined
    : {
        cause: `${refusedText(evidence.target)} ws answers like this if its verifyClient refuses, which most often compares origins.`,
        evidence: `${answerText(answer)}, without WWW-Authenticate.`,
        fix: originTest(evidence),
        alternatives: ['unauthorized'],
      };
}

export const originRefused: Rule = {
  code: 'origin-refused',
  meaning: "the server refuses the page's origin",
  advice: (evidence) => ({ fix: originTest(evidence) }),
  settings: ({ project }) => {
    const { PORT = 0, DOMAINS = [] } = project?.settings ?? {};
    const known = PORT > 0 && project?.mistakes.length === 0 && project.envError === undefined;
    const own = known ? missingPage(project) : undefined;
    if (own === undefined || DOMAINS.includes(own)) {
      return undefined;
    }
    const entries = DOMAINS.join(', ');
    return {
      severity: 'warning',
      clients: ['browser'],
      cause: `The service's own page, ${own}, may not open a socket: it is not listed in DOMAINS.`,
      evidence: `DOMAINS is ${entries === '' ? 'empty' : entries}.`,
      fix: `Add ${own} to DOMAINS ${placeOf(project, 'DOMAINS')}, unless you do not use this page. Change DOMAINS whenever you change PORT or HTTPS.`,
    };
  },
  origin: (evidence) => judgeByOrigins(evidence) ?? judgeByAnswer(evidence) ?? judgeBare(evidence),
};
