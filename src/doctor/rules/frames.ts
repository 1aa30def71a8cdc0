import { isAlive } from './signals.js';
import type { Evidence, FramesEvidence } from '../evidence.js';
import type { Rule } from './verdict.js';

/** Codes of close frames (RFC 6455, section 7.4.1). */
const closeCodes = { none: 1005, internalError: 1011 };

const meanings: Record<number, string> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1008: 'policy violation',
  1009: 'message too big',
  1012: 'service restart',
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
        cause: 'The route does not handle WebSockets: it opens the socket and closes it at once.',
        evidence:
          'The server answered the handshake with 101, then sent a close frame without a code.',
        fix: 'In Fastify, add `{ websocket: true }` to the route.',
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
        cause: 'The application closes the socket as soon as it is open.',
        evidence: `The server sent ${closeText(frames)}.`,
        fix: "Check the server's log: the reason is a limit, missing credentials, or a rule of the application.",
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
          cause: 'The socket handler failed.',
          evidence: `The server sent ${closeText(frames)}: internal error.`,
          fix: "Look for the error in the server's log.",
        };
      }
      if (frames === undefined || frames.end === 'open' || frames.close !== undefined) {
        return undefined;
      }
      return {
        cause: 'The socket is opened, then dropped without a close frame. Clients see code 1006.',
        evidence: `The connection ended (${frames.end}) right after the answer 101.`,
        fix: "Check the server's log: the handler throws or terminates the socket, or a proxy cuts the connection.",
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
            cause: 'The server sends data that is not a WebSocket frame.',
            evidence: 'The frame is masked, or has bits that a server must not set.',
            fix: 'Check which program listens there, and the proxies and extensions on the way.',
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
            cause: 'The socket is open, but the server does not answer a ping.',
            evidence: `No pong within ${evidence.surroundings.limit / 1000} s.`,
            fix: 'Check whether the server is busy, and whether its library answers pings (RFC 6455, section 5.5.2).',
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
      const other = outlived
        ? `. A second one with a ping every ${idle.interval / 1000} s stayed open`
        : '. So was a second one with pings';
      return {
        cause: outlived
          ? 'A proxy or the server drops an idle socket.'
          : 'The socket is dropped after some time, with or without traffic.',
        evidence: `An idle socket was dropped after ${seconds} s without a close frame${other}.`,
        fix: outlived
          ? `From the server, ping every client more often than every ${seconds} s, and raise the proxy's timeout (nginx: \`proxy_read_timeout 3600s;\`).`
          : "Check the server's log and the proxies in front of it for a limit on the age of a connection, and make clients reconnect.",
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
            cause: 'The application closes an idle socket.',
            evidence: `After ${(idle.endedAfter / 1000).toFixed(1)} s the server sent ${closeText(idle.silent)}.`,
            fix: 'Send something earlier, or raise the limit of the application.',
          },
  },
];
