import type { Rule } from '../verdict.js';
import { closeCodes, closeText } from './shared/frames.js';

export const closedByApplication: Rule = {
  code: 'closed-by-application',
  meaning: 'the application closes the socket',
  frames: ({ upgrade }) => {
    const frames = upgrade?.frames;
    const code = frames?.close?.code ?? 0;
    const hasOwnRule =
      code === closeCodes.internalError || (code === closeCodes.none && frames?.messages === 0);
    if (frames?.close === undefined || hasOwnRule) {
      return undefined;
    }
    return {
      cause: 'The application closes the socket as soon as it is open.',
      evidence: `The server sent ${closeText(frames)}.`,
      fix: "Check the server's log: the reason is a limit, missing credentials, or a rule of the application.",
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
