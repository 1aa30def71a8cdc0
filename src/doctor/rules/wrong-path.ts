import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Advice, Code, Finding, Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { ownTarget } from './shared/project-target.js';
import { isUndecided, mayBeStripped, prefixFix, proxyIn } from './shared/proxy.js';
import { answerText } from './shared/text.js';

const noRoute = /not found|cannot get|no such/i;

/** What may be at the path of a server that says that there is nothing. */
const goneAlternatives: Code[] = ['upgrade-stripped', 'upgrade-ignored'];

/** What to do about a path, and how the proxy that was seen changes it on the way. */
function withPrefix(sentence: string, { upgrade }: Evidence): Advice {
  const added = upgrade?.answer === undefined ? undefined : prefixFix(upgrade.answer);
  return added === undefined ? { fix: sentence } : { ...added, fix: `${sentence} ${added.fix}` };
}

function pathFix(evidence: Evidence): Advice {
  const own = ownTarget(evidence);
  const sentence =
    own === undefined || own.path === evidence.target.path
      ? "Check the path in the URL: compare it with the route in the server's code and its prefixes."
      : `Use ${own.url}, the socket of this project, or compare the path with the routes in src/routes.`;
  return withPrefix(sentence, evidence);
}

function gone(answer: HttpAnswer, evidence: Evidence): Finding {
  const isProxied = proxyIn(answer) !== undefined;
  const isOpen = !isProxied || mayBeStripped(answer, evidence);
  const sure = answer.status === 410 || (noRoute.test(answer.body) && !(isProxied && isOpen));
  const others = isOpen ? goneAlternatives : [];
  return {
    cause: `The server has nothing at ${evidence.target.path}.`,
    evidence: `${answerText(answer)}.`,
    ...pathFix(evidence),
    ...(sure ? {} : { alternatives: [...others, ...(isProxied ? ['proxy-unknown-host'] : [])] }),
  };
}

/** Statuses with rules of their own. */
const specific = [401, 403, 426, 429];

/** A refusal that no row explains: ws answers 400 for other paths than its own. */
function refused(answer: HttpAnswer, evidence: Evidence): Finding | undefined {
  if (answer.status < 400 || answer.status > 499 || specific.includes(answer.status)) {
    return undefined;
  }
  return {
    cause: `The server refuses the handshake. Most often its socket has another path than ${evidence.target.path}.`,
    evidence: `${answerText(answer)}.`,
    ...withPrefix(
      'Check the path in the URL: compare it with the route, or with the option `path` of the WebSocket server.',
      evidence,
    ),
    alternatives: ['not-a-websocket-route', 'origin-refused', 'unauthorized', 'upgrade-stripped'],
  };
}

export const wrongPath: Rule = {
  code: 'wrong-path',
  meaning: 'the server has nothing at this path',
  advice: pathFix,
  upgrade: judgeAnswer('wrong-path', {
    usual: (who, _answer, evidence) => ({
      cause: `${who} has nothing at ${evidence.target.path}.`,
      ...pathFix(evidence),
    }),
    otherwise: (answer, evidence) => {
      if (isUndecided(answer, evidence)) {
        return undefined;
      }
      return [404, 410].includes(answer.status)
        ? gone(answer, evidence)
        : refused(answer, evidence);
    },
  }),
};
