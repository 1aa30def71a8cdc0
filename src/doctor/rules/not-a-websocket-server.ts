import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { invalidFrame } from './shared/frames.js';
import { answerText } from './shared/text.js';
import { isOpen, isPlainOnTls, refusal } from './shared/upgrade.js';

/** The headers of a handshake, as received. */
function handshakeText({ headers }: HttpAnswer): string {
  const names = ['upgrade', 'connection', 'sec-websocket-accept'];
  const odd = ['sec-websocket-protocol', 'sec-websocket-extensions'];
  const shown = [...names, ...odd.filter((name) => headers[name] !== undefined)];
  return shown.map((name) => `${name}: ${(headers[name] ?? 'nothing').slice(0, 60)}`).join(', ');
}

const judgeRefusal = judgeAnswer('not-a-websocket-server', {
  usual: (who) => ({
    cause: `${who} is not a WebSocket server that clients can use.`,
    fix: 'Check what listens there: the URL leads to another service.',
  }),
});

export const notAWebsocketServer: Rule = {
  code: 'not-a-websocket-server',
  meaning: 'something other than a WebSocket server answers',
  advice: 'Check which program listens on this port.',
  upgrade: (evidence) => {
    const { upgrade } = evidence;
    if (upgrade?.answer?.status === 101 && !upgrade.answer.accepted) {
      return {
        cause: 'The server answers with 101, but not with a valid WebSocket handshake.',
        evidence: `HTTP status 101 with ${handshakeText(upgrade.answer)}. A valid answer has Upgrade, Connection and a Sec-WebSocket-Accept that fits the key, and no protocol or extension that was not requested.`,
        fix: 'Check what listens there: the URL leads to another service, or a proxy creates the answer.',
      };
    }
    if (isPlainOnTls(evidence)) {
      return undefined;
    }
    if (refusal(evidence) !== undefined) {
      return judgeRefusal(evidence);
    }
    if (upgrade?.end === 'too-long' && upgrade.answer === undefined) {
      return {
        cause: 'The server sends endless data instead of a handshake.',
        evidence: 'Hundreds of kilobytes arrived.',
        fix: 'Check what listens there: the URL leads to another service.',
      };
    }
    if (upgrade === undefined || upgrade.bytes === '') {
      return undefined;
    }
    return {
      cause: 'The server does not speak HTTP or WebSocket.',
      evidence: `It sent "${upgrade.bytes}".`,
      fix: 'Check the port in the URL.',
    };
  },
  frames: invalidFrame,
};

function seenText({ tls, upgrade }: Evidence): string {
  if (upgrade?.answer !== undefined) {
    return answerText(upgrade.answer);
  }
  const { code, alert, end } = upgrade ?? tls ?? { end: 'closed' };
  const words = [code, alert === undefined ? undefined : `TLS alert ${alert}`, end];
  return words.filter((word) => word !== undefined).join(', ');
}

/** For a server that was reached and opened no socket, if no rule explains it: it is never `healthy`. */
export const noKnownCause: Rule = {
  code: notAWebsocketServer.code,
  meaning: notAWebsocketServer.meaning,
  upgrade: (evidence) => {
    const { tls, upgrade } = evidence;
    const wasAsked = upgrade !== undefined || (tls !== undefined && tls.end !== 'secure');
    return wasAsked && !isOpen(upgrade)
      ? {
          cause: 'No socket was opened, and the evidence fits no known cause.',
          evidence: `${seenText(evidence)}.`,
          fix: "Check the server's log, and the proxies in front of it.",
          alternatives: ['wrong-path', 'handler-died'],
        }
      : undefined;
  },
};
