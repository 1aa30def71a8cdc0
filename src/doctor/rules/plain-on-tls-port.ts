import type { Rule } from '../verdict.js';
import { isStaleHttps, restart } from './shared/restart.js';
import { answerText } from './shared/text.js';
import { portText } from './shared/tls.js';
import { isPlainOnTls } from './shared/upgrade.js';

export const plainOnTlsPort: Rule = {
  code: 'plain-on-tls-port',
  meaning: 'ws:// to a port that speaks TLS',
  upgrade: (evidence) => {
    const { target, upgrade, otherScheme } = evidence;
    if (!isPlainOnTls(evidence)) {
      return undefined;
    }
    const said =
      upgrade?.answer === undefined ? 'dropped' : `answered with ${answerText(upgrade.answer)}`;
    return {
      cause: `${portText(evidence)} speaks TLS, but the URL begins with ws://.`,
      evidence: `A plain handshake was ${said}${otherScheme?.tls?.end === 'secure' ? '. A TLS handshake succeeds' : ''}.`,
      ...(isStaleHttps(evidence)
        ? restart(evidence)
        : { fix: `Use ${target.url.replace(/^ws/, 'wss')}.` }),
    };
  },
};
