import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Code, Finding, Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { ownTarget } from './shared/project-target.js';
import { isHidden, proxyIn } from './shared/proxy.js';
import { answerText } from './shared/text.js';

const noRoute = /not found|cannot get|nothing at this address|no such/i;

/** What may be at the path of a server that says that there is nothing. */
const goneAlternatives: Code[] = ['upgrade-stripped', 'upgrade-ignored'];

function pathFix(evidence: Evidence): string {
  const own = ownTarget(evidence);
  return own === undefined || own.path === evidence.target.path
    ? "Check the path in the URL: compare it with the route in the server's code and its prefixes."
    : `Use ${own.url}, the socket of this project, or compare the path with the routes in src/routes.`;
}

function gone(answer: HttpAnswer, evidence: Evidence): Finding {
  const sure = noRoute.test(answer.body) || answer.status === 410;
  const proxied = proxyIn(answer) === undefined ? [] : ['proxy-unknown-host'];
  return {
    cause: `The server has nothing at ${evidence.target.path}.`,
    evidence: `${answerText(answer)}.`,
    fix: pathFix(evidence),
    ...(sure ? {} : { alternatives: [...goneAlternatives, ...proxied] }),
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
    fix: 'Check the path in the URL: compare it with the route, or with the option `path` of the WebSocket server.',
    alternatives: ['not-a-websocket-route', 'origin-refused', 'unauthorized', 'upgrade-stripped'],
  };
}

export const wrongPath: Rule = {
  code: 'wrong-path',
  meaning: 'the server has nothing at this path',
  upgrade: judgeAnswer('wrong-path', {
    usual: (who, _answer, evidence) => ({
      cause: `${who} has nothing at ${evidence.target.path}.`,
      fix: pathFix(evidence),
    }),
    otherwise: (answer, evidence) => {
      if (isHidden(answer)) {
        return undefined;
      }
      return [404, 410].includes(answer.status)
        ? gone(answer, evidence)
        : refused(answer, evidence);
    },
  }),
};
