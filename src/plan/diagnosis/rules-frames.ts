import { isAlive } from './signals.js';
import type { Evidence, FramesEvidence } from './evidence.js';
import type { Rule } from './verdict.js';

/** Codes of close frames (RFC 6455, section 7.4.1). */
const closeCodes = { none: 1005, internalError: 1011 };

const meanings: Record<number, string> = {
  1000: 'a normal end',
  1001: 'it goes away',
  1002: 'a mistake of the protocol',
  1003: 'data that it does not take',
  1008: 'its rules forbid it',
  1009: 'a message that is too large',
  1012: 'it starts again',
  1013: 'try again later',
};

function framesOf({ upgrade }: Evidence): FramesEvidence | undefined {
  return upgrade?.frames;
}

function closeText({ close }: FramesEvidence): string {
  const { code = 0, reason = '' } = close ?? {};
  const meaning = meanings[code] === undefined ? '' : ` (${meanings[code]})`;
  return `close code ${code}${meaning}${reason === '' ? '' : `, "${reason}"`}`;
}

export const framesRules: Rule[] = [
  {
    code: 'not-a-websocket-route',
    stage: 'frames',
    judge: (evidence) => {
      const frames = framesOf(evidence);
      if (frames?.close?.code !== closeCodes.none || frames.messages > 0) {
        return undefined;
      }
      return {
        cause: 'The route handles no WebSocket: the socket is opened and closed at once.',
        evidence: 'The handshake was answered with 101, then a close frame without a code came.',
        fix: 'Add `{ websocket: true }` to the route in Fastify.',
        alternatives: ['closed-by-application'],
      };
    },
  },
  {
    code: 'closed-by-application',
    stage: 'frames',
    judge: (evidence) => {
      const frames = framesOf(evidence);
      const code = frames?.close?.code ?? 0;
      const own =
        code === closeCodes.internalError || (code === closeCodes.none && frames?.messages === 0);
      if (frames?.close === undefined || own) {
        return undefined;
      }
      return {
        cause: 'The application closes the socket itself, as soon as it is open.',
        evidence: `The server sent ${closeText(frames)}.`,
        fix: "Look at the server's log: a limit, missing credentials, or a rule of its own is the reason.",
      };
    },
  },
  {
    code: 'handler-died',
    stage: 'frames',
    judge: (evidence) => {
      const frames = framesOf(evidence);
      if (frames?.close?.code === closeCodes.internalError) {
        return {
          cause: 'The handler of the socket failed.',
          evidence: `The server sent ${closeText(frames)}: it met an error.`,
          fix: "Look at the server's log for the error.",
        };
      }
      if (frames === undefined || frames.end === 'open' || frames.close !== undefined) {
        return undefined;
      }
      return {
        cause:
          'The socket is opened and dropped without a close frame, which clients see as code 1006.',
        evidence: `The connection ended (${frames.end}) behind the answer 101.`,
        fix: "Look at the server's log: the handler throws, ends the socket by force, or the proxy before it cuts.",
        alternatives: ['closed-by-application'],
      };
    },
  },
  {
    code: 'not-a-websocket-server',
    stage: 'frames',
    judge: (evidence) =>
      framesOf(evidence)?.invalid === true
        ? {
            cause: 'What comes on the open socket is no frame of WebSocket.',
            evidence: 'Bits are set that no server may set, or the frame is masked.',
            fix: 'Look at what listens there, and at proxies and extensions on the way.',
          }
        : undefined,
  },
  {
    code: 'no-pong',
    stage: 'frames',
    judge: (evidence) => {
      const { upgrade } = evidence;
      return isAlive(upgrade) && upgrade?.frames?.pong === false
        ? {
            severity: 'warning',
            cause: 'The socket is open, and the server does not answer a ping.',
            evidence: `No pong within ${evidence.surroundings.limit / 1000} s.`,
            fix: 'Look whether the server is busy, and whether its library answers pings (RFC 6455, section 5.5.2).',
          }
        : undefined;
    },
  },
  {
    code: 'idle-timeout',
    stage: 'idle',
    judge: ({ idle }) => {
      if (idle?.endedAfter === undefined || idle.silent.close !== undefined) {
        return undefined;
      }
      const seconds = (idle.endedAfter / 1000).toFixed(1);
      const outlived = idle.pinged.end === 'open' && idle.pinged.close === undefined;
      const beside = outlived
        ? `, one that was pinged every ${idle.interval / 1000} s was not`
        : ', and so was one that was pinged';
      return {
        cause: outlived
          ? 'A socket on which nothing is sent is dropped, by a proxy or by the server.'
          : 'A socket is dropped after a time, whether something is sent or not.',
        evidence: `A silent socket was dropped after ${seconds} s without a close frame${beside}.`,
        fix: outlived
          ? `Ping every client from the server more often than every ${seconds} s, and raise the limit of the proxy (nginx: \`proxy_read_timeout 3600s;\`).`
          : "Look at the server's log and at the proxies before it for a limit on the age of a connection; let clients connect again.",
        ...(outlived ? {} : { alternatives: ['handler-died' as const] }),
      };
    },
  },
  {
    code: 'closed-by-application',
    stage: 'idle',
    judge: ({ idle }) =>
      idle?.endedAfter === undefined || idle.silent.close === undefined
        ? undefined
        : {
            cause: 'The application closes a socket on which nothing is sent.',
            evidence: `After ${(idle.endedAfter / 1000).toFixed(1)} s the server sent ${closeText(idle.silent)}.`,
            fix: 'Send something before that, or raise the limit of the application.',
          },
  },
];
