import type { Rule } from '../verdict.js';
import { closeCodes, closeText } from './shared/frames.js';
import { isPlainOnTls, openingOrigin } from './shared/upgrade.js';

export const handlerDied: Rule = {
  code: 'handler-died',
  meaning: 'the server drops the connection without a reason',
  upgrade: (evidence) => {
    const { upgrade, target } = evidence;
    const dropped = upgrade?.end === 'closed' || upgrade?.end === 'reset';
    const silent = upgrade?.answer === undefined && upgrade?.bytes === '' && dropped;
    const explained = upgrade?.alert !== undefined || isPlainOnTls(evidence);
    if (!silent || explained || openingOrigin(evidence) !== undefined) {
      return undefined;
    }
    return {
      cause: `The server drops the handshake for ${target.path} without an answer.`,
      evidence: `The connection ended${upgrade.code === undefined ? '' : ` with ${upgrade.code}`} before the first byte.`,
      fix: "Check the server's log and the path: many servers drop handshakes for paths without a socket.",
      alternatives: ['wrong-path', 'origin-refused', 'not-a-websocket-server'],
    };
  },
  frames: ({ upgrade }) => {
    const frames = upgrade?.frames;
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
};
