import { isHidden, statusIn, unknownRefusal } from './answers.js';
import { answerText } from './signals.js';
import type { HttpAnswer } from './evidence.js';
import type { Rule } from './verdict.js';

const noRoute = /not found|cannot get|nothing at this address|no such/i;

/** What a Socket.IO server says where the words of its URL are missing or wrong. */
function isEngineIo({ body }: HttpAnswer): boolean {
  const message =
    /"message":"(Transport unknown|Bad handshake method|Unsupported protocol version)"/;
  return message.test(body);
}

/** The socket is somewhere else. */
export const pathRules: Rule[] = [
  {
    code: 'redirect',
    stage: 'upgrade',
    judge: (evidence) => {
      const answer = statusIn(evidence, 301, 302, 303, 307, 308);
      if (answer === undefined) {
        return undefined;
      }
      const to = (answer.headers['location'] ?? 'nowhere')
        .replace(/\/\/[^/@]*@/, '//')
        .slice(0, 200);
      const socket = to.replace(/^http/, 'ws');
      return {
        cause: 'The server redirects the handshake, and WebSocket clients do not follow.',
        evidence: `HTTP status ${answer.status} to ${to}.`,
        fix: /^wss?:/.test(socket)
          ? `Use ${socket} if the socket is there, or take the socket's path out of the redirect.`
          : "Write the URL to which the server redirects, or take the socket's path out of the redirect.",
      };
    },
  },
  {
    code: 'wrong-path',
    stage: 'upgrade',
    judge: (evidence) => {
      const { path } = evidence.target;
      const gone = statusIn(evidence, 404, 410);
      if (gone !== undefined && !isHidden(gone)) {
        const sure = noRoute.test(gone.body) || gone.status === 410;
        return {
          cause: `The server knows nothing under ${path}.`,
          evidence: `${answerText(gone)}.`,
          fix: "Correct the path in the URL: look at the route in the server's code, with its prefixes.",
          ...(sure ? {} : { alternatives: ['upgrade-stripped' as const] }),
        };
      }
      const refused = statusIn(evidence, 400);
      if (refused !== undefined && isEngineIo(refused)) {
        return {
          cause: 'A Socket.IO server answers, and the URL is not the one of its sockets.',
          evidence: `${answerText(refused)}.`,
          fix: 'Use its own client, or the URL that it uses: /socket.io/?EIO=4&transport=websocket.',
        };
      }
      const other = unknownRefusal(evidence);
      return other === undefined
        ? undefined
        : {
            cause: `The server refuses the handshake: most often it has its socket under another path than ${path}.`,
            evidence: `${answerText(other)}.`,
            fix: 'Correct the path in the URL: look at the route, or at the option `path` of the WebSocket server.',
            alternatives: ['not-a-websocket-route', 'origin-refused'],
          };
    },
  },
];
