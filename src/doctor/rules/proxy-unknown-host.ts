import type { Rule } from '../verdict.js';
import { isEmptyCaddy, isWelcome, proxyName } from './shared/proxy.js';
import { answerText } from './shared/text.js';
import { alerts, endedBy, failureText, portText } from './shared/tls.js';
import { refusal } from './shared/upgrade.js';

export const proxyUnknownHost: Rule = {
  code: 'proxy-unknown-host',
  meaning: 'the proxy has no site with this host name',
  proxy: (evidence) => {
    const { host } = evidence.target;
    const fix = `Add ${host} to the names of the site in the proxy, or use a name that it serves in the URL.`;
    const named = endedBy(evidence, alerts.unrecognizedName);
    if (named || endedBy(evidence, alerts.internalError)) {
      return {
        cause: `${portText(evidence)} has no certificate and no site for ${host}.`,
        evidence: failureText(evidence),
        fix,
        ...(named ? {} : { alternatives: ['no-usable-certificate'] }),
      };
    }
    const answer = refusal(evidence);
    const misdirected = answer?.status === 421;
    if (answer === undefined || !(misdirected || isWelcome(answer))) {
      return undefined;
    }
    return {
      cause: `${proxyName(answer)} has no site with the name ${host}, and answers with its default.`,
      evidence: `${answerText(answer)}.`,
      fix,
      ...(misdirected || isEmptyCaddy(answer) ? {} : { alternatives: ['upgrade-ignored'] }),
    };
  },
};
