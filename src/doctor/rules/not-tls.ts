import type { Evidence } from '../evidence.js';
import type { Rule } from '../verdict.js';
import {
  failedTls,
  failureText,
  hasNoRecord,
  isBroken,
  isOtherProtocol,
  isSilentInPlain,
  portText,
} from './shared/tls.js';

/** OpenSSL read a record, but no message in it. */
function isTlsLike(evidence: Evidence): boolean {
  return isBroken(evidence) && !hasNoRecord(evidence);
}

export const notTls: Rule = {
  code: 'not-tls',
  meaning: 'wss:// to a port that speaks neither TLS nor HTTP',
  advice: 'Check which program listens on this port.',
  tls: (evidence) => {
    const plain = evidence.otherScheme?.plain;
    const isPlainTalk = failedTls(evidence)?.alert === undefined && !isSilentInPlain(evidence);
    if (plain?.answer !== undefined || !(isOtherProtocol(evidence) || isPlainTalk)) {
      return undefined;
    }
    const banner = isPlainTalk ? ` It answered a plain request with "${plain?.bytes ?? ''}".` : '';
    if (isTlsLike(evidence)) {
      return {
        cause: `${portText(evidence)} answers with broken TLS: its first message is no ServerHello.`,
        evidence: failureText(evidence),
        fix: 'Check the port in the URL, the server, and what lies in front of it: something changes the bytes.',
      };
    }
    return {
      cause: `${portText(evidence)} speaks neither TLS nor HTTP: another service listens there.`,
      evidence: `${failureText(evidence)}${banner}`,
      fix: 'Check the port in the URL.',
    };
  },
};
