import type { Evidence } from '../evidence.js';
import { isEverywhere, isLoopbackHost, reachedAt } from '../../core/loopback.js';
import { quoteCommand } from '../../core/quote.js';
import type { Finding, Rule } from '../verdict.js';
import { doctorAgain } from './shared/doctor-again.js';
import { placeOf } from './shared/project-files.js';

const unknownName = ['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA'];

function nameFix({ name, target, project, surroundings }: Evidence): string {
  if ((name?.addresses ?? []).length > 0) {
    return 'Browsers resolve it themselves. For other programs, add it to the hosts file.';
  }
  if (surroundings.proxyVariable !== undefined) {
    return `Check the host name ${target.host} in the URL. If only a proxy can resolve it, run doctor there: the proxy in ${surroundings.proxyVariable} was not used.`;
  }
  if (project !== undefined && project.typed !== true) {
    return `Check the host name ${target.host} in DOMAINS and HOST, ${placeOf(project, 'DOMAINS', 'HOST')}.`;
  }
  return unknownName.includes(name?.error ?? '')
    ? `Check the host name ${target.host} in the URL, or add it to your DNS or to the hosts file.`
    : "Check this machine's network and DNS. For a name of your own, add it to the hosts file.";
}

/** How to check the project's service at an address where it listens on this machine. */
function checkHere({ name, project, surroundings }: Evidence): Pick<Finding, 'lines'> {
  const { HOST = '' } = project?.settings ?? {};
  const isNear = isLoopbackHost(HOST) || isEverywhere(HOST);
  if (project === undefined || project.proxied || !isNear || name?.addresses.length !== 0) {
    return {};
  }
  const command = doctorAgain(surroundings, { flags: [['--address', reachedAt(HOST)]] });
  return { lines: [`$ ${quoteCommand(command)}`] };
}

export const dns: Rule = {
  code: 'dns',
  meaning: 'the DNS lookup of the host name failed',
  name: (evidence) => {
    const { name, target } = evidence;
    if (name?.error === undefined) {
      return undefined;
    }
    const { lines } = checkHere(evidence);
    return {
      cause: unknownName.includes(name.error)
        ? `The host name ${target.host} was not found.`
        : `DNS lookup failed for ${target.host}.`,
      evidence: `The lookup failed with ${name.error}.`,
      fix: `${nameFix(evidence)}${lines === undefined ? '' : ' To check the service without DNS:'}`,
      ...(lines === undefined ? {} : { lines }),
      ...(name.addresses.length > 0 && { severity: 'warning', clients: ['node', 'system'] }),
    };
  },
};
