import type { Code } from './codes.js';
import type { Evidence } from './evidence.js';
import { isPortKnown } from './project-target.js';
import { isNotRunning } from './rules-listening.js';
import { stages, type StageName, type Verdict } from './verdict.js';

/** What is seen of a connection where the service cannot listen, which says nothing more. */
const unanswered: Code[] = ['port-closed', 'wrong-address-family', 'unreachable'];

/** What keeps the service from listening. */
const refusals: Code[] = ['port-forbidden', 'address-not-available', 'port-in-use'];

function isFrom(first: StageName, { stage }: Verdict): boolean {
  return stages.indexOf(stage) >= stages.indexOf(first);
}

/** The settings do not say on which port the service listens. */
function isPortUnknown({ project }: Evidence): boolean {
  if (project === undefined || project.proxied || project.typed === true) {
    return false;
  }
  return !isPortKnown(project) || project.settings.PORT === 0;
}

/** Somebody else surely answers where the service should. */
function isSomebodyElse(verdicts: Verdict[], { project }: Evidence): boolean {
  const taken = project?.listening?.some(({ state }) => state === 'accepts') === true;
  return (
    taken &&
    project?.proxied === false &&
    verdicts.some(({ code, certainty }) => code === 'port-in-use' && certainty === 'certain')
  );
}

/**
 * Leaves out what only follows from something that the project itself shows: what a port says that is
 * not the service's, and that nothing answers where nothing was started.
 */
export function withoutConsequences(verdicts: Verdict[], evidence: Evidence): Verdict[] {
  const refused = verdicts.some(({ code }) => refusals.includes(code));
  const idle = isNotRunning(evidence);
  const unknown = isPortUnknown(evidence);
  const foreign = isSomebodyElse(verdicts, evidence);
  return verdicts.filter((verdict) => {
    const { code, severity } = verdict;
    const ofProject = severity === 'warning' && code === 'port-closed';
    const explained = (refused || idle) && unanswered.includes(code) && !ofProject;
    const supposed = unknown && isFrom('name', verdict) && !ofProject;
    return !explained && !supposed && !(foreign && isFrom('tls', verdict));
  });
}
