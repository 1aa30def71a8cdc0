import type { Rule } from '../verdict.js';
import {
  failedTls,
  failureText,
  isOtherProtocol,
  isSilentInPlain,
  portText,
} from './shared/tls.js';

export const notTls: Rule = {
  code: 'not-tls',
  meaning: 'wss:// to a port that speaks neither TLS nor HTTP',
  tls: (evidence) => {
    const plain = evidence.otherScheme?.plain;
    const isPlainTalk = failedTls(evidence)?.alert === undefined && !isSilentInPlain(evidence);
    if (plain?.answer !== undefined || !(isOtherProtocol(evidence) || isPlainTalk)) {
      return undefined;
    }
    const banner = isPlainTalk ? ` It answered a plain request with "${plain?.bytes ?? ''}".` : '';
    return {
      cause: `${portText(evidence)} speaks neither TLS nor HTTP: another service listens there.`,
      evidence: `${failureText(evidence)}${banner}`,
      fix: 'Check the port in the URL.',
    };
  },
};
