import type { ListeningEvidence, ProjectEvidence } from '../project-evidence.js';
import type { Rule } from '../verdict.js';
import { placeOf } from './shared/project-files.js';
import { ownPages } from './shared/project-target.js';
import { holderText, isForeign, showHolder, stopHolder } from './shared/port-holder.js';

/** How to use another port. A clone has no settings yet. */
function otherPort(project: ProjectEvidence): string {
  const named = ownPages(project.settings).length > 0;
  const domains = named ? ', and use it in DOMAINS' : '';
  return `set another PORT ${placeOf(project, 'PORT')}${domains}.`;
}

function remedy({ holder, port }: ListeningEvidence, project: ProjectEvidence) {
  const isMissing = project.envError === 'ENOENT' && !project.fromEnvironment.includes('PORT');
  const change = otherPort(project);
  if (holder?.stoppable === true) {
    return { fix: `Stop it, or ${change}`, commands: stopHolder(holder) };
  }
  if (isMissing) {
    return { fix: `Create .env with the script certs, then ${change}` };
  }
  return {
    fix: change.replace('set', 'Set'),
    commands: holder === undefined ? showHolder(port, project.platform) : [],
  };
}

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
      ...remedy(place, project),
      ...(certain ? {} : { alternatives }),
    };
  },
};
