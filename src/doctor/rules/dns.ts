import type { Evidence } from '../evidence.js';
import type { Rule } from '../verdict.js';
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

export const dns: Rule = {
  code: 'dns',
  meaning: 'the DNS lookup of the host name failed',
  name: (evidence) => {
    const { name, target } = evidence;
    if (name?.error === undefined) {
      return undefined;
    }
    return {
      cause: unknownName.includes(name.error)
        ? `The host name ${target.host} was not found.`
        : `DNS lookup failed for ${target.host}.`,
      evidence: `The lookup failed with ${name.error}.`,
      fix: nameFix(evidence),
      ...(name.addresses.length > 0 && { severity: 'warning', clients: ['node', 'system'] }),
    };
  },
};
