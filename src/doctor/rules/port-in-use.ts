import type { Rule } from '../verdict.js';
import { holderText, isForeign, showHolder, stopHolder } from './shared/port-holder.js';

export const portInUse: Rule = {
  code: 'port-in-use',
  meaning: "another program uses the service's port",
  address: (evidence) => {
    const { project } = evidence;
    const place = project?.listening?.find((each) => isForeign(each, evidence));
    if (place === undefined || project === undefined) {
      return undefined;
    }
    const { holder, port } = place;
    const { certain, said, alternatives } = holderText(place);
    const who = holder === undefined ? 'Another program' : `${holder.name} (process ${holder.pid})`;
    return {
      cause: certain
        ? `${who} uses port ${port}, which the service of this project needs.`
        : `The program on port ${port} does not answer like the service of this project.`,
      evidence: said,
      fix: 'Stop it, or set another PORT in .env and use it in DOMAINS.',
      commands: holder === undefined ? showHolder(port, project.platform) : stopHolder(holder),
      ...(certain ? {} : { alternatives }),
    };
  },
};
