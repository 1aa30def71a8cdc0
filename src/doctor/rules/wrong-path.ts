import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { isHidden } from './shared/proxy.js';
import { answerText } from './shared/text.js';
import {
  isEngineIoRefusal,
  isPlainOnTls,
  openingOrigin,
  refusal,
  statusIn,
  wantsCertificate,
} from './shared/upgrade.js';

const noRoute = /not found|cannot get|nothing at this address|no such/i;

/** What a Socket.IO server answers when the query of the URL is missing or wrong. */
const engineIo =
  /"message":"(Transport unknown|Bad handshake method|Unsupported protocol version)"/;

/** Statuses that say more than "bad request". */
const specific = [401, 403, 404, 410, 421, 426, 429];

/** A refusal that no other rule explains: ws answers 400 for other paths than its own. */
function unknownRefusal(evidence: Evidence): HttpAnswer | undefined {
  const answer = refusal(evidence);
  if (answer === undefined || answer.status < 400 || answer.status > 499) {
    return undefined;
  }
  const known =
    specific.includes(answer.status) ||
    openingOrigin(evidence) !== undefined ||
    isPlainOnTls(evidence) ||
    isEngineIoRefusal(answer) ||
    wantsCertificate.test(answer.body);
  return known ? undefined : answer;
}

export const wrongPath: Rule = {
  code: 'wrong-path',
  meaning: 'the server has nothing at this path',
  upgrade: (evidence) => {
    const { path } = evidence.target;
    const gone = statusIn(evidence, 404, 410);
    if (gone !== undefined && !isHidden(gone)) {
      const sure = noRoute.test(gone.body) || gone.status === 410;
      return {
        cause: `The server has nothing at ${path}.`,
        evidence: `${answerText(gone)}.`,
        fix: "Check the path in the URL: compare it with the route in the server's code and its prefixes.",
        ...(sure ? {} : { alternatives: ['upgrade-stripped'] }),
      };
    }
    const refused = statusIn(evidence, 400);
    if (refused !== undefined && engineIo.test(refused.body)) {
      return {
        cause: 'A Socket.IO server answers, but the URL is not its socket URL.',
        evidence: `${answerText(refused)}.`,
        fix: 'Use the Socket.IO client, or its URL: /socket.io/?EIO=4&transport=websocket.',
      };
    }
    const other = unknownRefusal(evidence);
    return other === undefined
      ? undefined
      : {
          cause: `The server refuses the handshake. Most often its socket has another path than ${path}.`,
          evidence: `${answerText(other)}.`,
          fix: 'Check the path in the URL: compare it with the route, or with the option `path` of the WebSocket server.',
          alternatives: ['not-a-websocket-route', 'origin-refused'],
        };
  },
};
