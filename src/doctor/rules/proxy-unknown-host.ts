import { isAddress } from '../../core/hosts.js';
import { isLoopbackName } from '../../core/loopback.js';
import { quoteCommand } from '../../core/quote.js';
import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Advice, Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { placeholderOf } from './answers/placeholders.js';
import { doctorAgain } from './shared/doctor-again.js';
import { shortened } from './shared/text.js';
import { alerts, endedBy, failureText, portText } from './shared/tls.js';

function fixFor({ target }: Evidence): string {
  return `Add ${target.host} to the names of the site in the proxy, or use a name that it serves in the URL.`;
}

/** @returns whether the URL names no site of a proxy: it has an address, or a name of another site */
export function isWithoutSite({ target, tls }: Evidence): boolean {
  const isBare = isAddress(target.host) || isLoopbackName(target.host);
  return isBare || tls?.chain[0]?.covers === false;
}

/** How to ask for a site whose name does not lead to the proxy, or does not yet. */
function siteAdvice(evidence: Evidence): Advice {
  const { target, surroundings, address = '' } = evidence;
  if (!isWithoutSite(evidence)) {
    return { fix: fixFor(evidence) };
  }
  const url = new URL(target.url);
  const named = target.url.replace(url.hostname, 'NAME');
  const command = doctorAgain(surroundings, { url: named, flags: [['--address', address]] });
  return {
    fix: "Run doctor again with the site's name in the URL:",
    lines: [`$ ${quoteCommand(command)}`],
  };
}

const judgeRefusal = judgeAnswer('proxy-unknown-host', {
  usual: (who: string, _answer: HttpAnswer, evidence: Evidence) => ({
    cause: `${who} has no site with the name ${evidence.target.host}, and answers with its default.`,
    fix: fixFor(evidence),
  }),
});

export const proxyUnknownHost: Rule = {
  code: 'proxy-unknown-host',
  meaning: 'the proxy has no site with this host name',
  advice: siteAdvice,
  certificate: (evidence) => {
    const { tls, target } = evidence;
    const found = placeholderOf(evidence);
    return (
      found && {
        cause: `${found.who} has no certificate for ${target.host}, and serves its placeholder.`,
        evidence: `The certificate is "${shortened(tls?.chain[0]?.subject ?? '')}".`,
        fix: found.fix.replaceAll('{host}', target.host),
      }
    );
  },
  proxy: (evidence) => {
    const named = endedBy(evidence, alerts.unrecognizedName);
    if (named || endedBy(evidence, alerts.internalError)) {
      return {
        cause: `${portText(evidence)} has no certificate and no site for ${evidence.target.host}.`,
        evidence: failureText(evidence),
        fix: fixFor(evidence),
        ...(named ? {} : { alternatives: ['no-usable-certificate'] }),
      };
    }
    return judgeRefusal(evidence);
  },
};
