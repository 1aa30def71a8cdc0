import { isLoopbackHost } from '../../core/loopback.js';
import type { Evidence } from '../evidence.js';
import type { ProjectEvidence } from '../project-evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { installFirst, placeOf, runScripts } from './shared/project-files.js';
import {
  isRefused,
  isTaken,
  listenFix,
  otherLoopback,
  resultsText,
  usableAddresses,
} from './shared/reached.js';

/**
 * @returns whether nothing answers because nothing was started: not the service or, with a proxy in
 * front of it, not the proxy
 */
export function isNotRunning({ project, target, reached }: Evidence): boolean {
  const answered = reached.some((each) => each.named && isTaken(each));
  if (project?.listening === undefined || project.typed === true || answered) {
    return false;
  }
  return project.proxied
    ? isLoopbackHost(target.host)
    : project.listening.every(({ state }) => state === 'free');
}

/** The scripts that are not running yet, in the order in which to start them. */
function missingScripts({ listening, proxied }: ProjectEvidence): string[] {
  const runs = listening?.some(({ state }) => state === 'accepts') === true;
  return [...(runs ? [] : ['dev']), ...(proxied ? ['proxy'] : [])];
}

function idleText(scripts: string[]): string {
  if (scripts.length > 1) {
    return 'Neither the service nor the proxy in front of it is';
  }
  return scripts.includes('dev')
    ? 'The service is not'
    : 'The proxy in front of the service is not';
}

function notStarted(project: ProjectEvidence, { target }: Evidence): Finding {
  if (project.settings.PORT === 0 && !project.proxied) {
    return {
      cause: 'PORT is 0: the system chooses a port at each start. Only the log shows it.',
      evidence: 'PORT=0.',
      fix: `Start the service and pass the URL from its log to doctor, or set a PORT ${placeOf(project, 'PORT')}.`,
      commands: runScripts(project, ['dev']),
    };
  }
  const scripts = missingScripts(project);
  return {
    cause: `${idleText(scripts)} running.`,
    evidence: `Nothing listens on port ${target.port} of ${target.host}.`,
    fix: `${installFirst(project)}Start ${scripts.length > 1 ? 'each in its own terminal' : 'it'}, in the project's folder.`,
    commands: runScripts(project, scripts),
  };
}

export const portClosed: Rule = {
  code: 'port-closed',
  meaning: 'nothing listens on the port',
  advice: 'Start the server, and check the port in the URL.',
  address: (evidence) => {
    const { project, target } = evidence;
    if (project !== undefined && isNotRunning(evidence)) {
      return notStarted(project, evidence);
    }
    return isRefused(evidence) && otherLoopback(evidence) === undefined
      ? {
          cause: `Nothing listens on port ${target.port} of ${target.host}.`,
          evidence: `${resultsText(usableAddresses(evidence))}.`,
          fix: listenFix(evidence, 'Start the server, or check the port in the URL.'),
        }
      : undefined;
  },
};
