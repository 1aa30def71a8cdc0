import type { Rule } from '../verdict.js';
import { closeCodes, closeText, endTime, isPlainRoute } from './shared/frames.js';

export const closedByApplication: Rule = {
  code: 'closed-by-application',
  meaning: 'the application closes the socket',
  advice: 'Look for what closes the socket in the code of the server.',
  frames: (evidence) => {
    const frames = evidence.upgrade?.frames;
    const code = frames?.close?.code ?? 0;
    const hasOwnRule = code === closeCodes.internalError || isPlainRoute(evidence);
    if (frames?.close === undefined || hasOwnRule) {
      return undefined;
    }
    const isUnexplained = code === closeCodes.none && frames.messages === 0;
    return {
      cause: 'The application closes the socket soon after it is open.',
      evidence: `The server sent ${closeText(frames)} ${endTime(frames)}.`,
      fix: "Check the server's log: the reason is a limit, missing credentials, or a rule of the application.",
      ...(isUnexplained ? { alternatives: ['not-a-websocket-route', 'unauthorized'] } : {}),
    };
  },
  idle: ({ idle }) =>
    idle?.endedAfter === undefined || idle.silent.close === undefined
      ? undefined
      : {
          cause: 'The application closes an idle socket.',
          evidence: `After ${(idle.endedAfter / 1000).toFixed(1)} s the server sent ${closeText(idle.silent)}.`,
          fix: 'Send something earlier, or raise the limit of the application.',
        },
};
