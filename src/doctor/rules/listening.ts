import { isLoopbackHost } from '../../core/loopback.js';
import type { Evidence } from '../evidence.js';
import { holderText, isForeign, showHolder, stopHolder } from './port-holder.js';
import type { ListeningEvidence } from '../project-evidence.js';
import { scriptOf } from './project-words.js';
import { isTaken } from './signals.js';
import type { Rule } from './verdict.js';

function placesOf({ project }: Evidence): ListeningEvidence[] {
  return project?.listening ?? [];
}

/** The address on which the service could not listen, with one of these codes. */
function refusedBy(evidence: Evidence, codes: RegExp): ListeningEvidence | undefined {
  return placesOf(evidence).find(({ state, code = '' }) => state === 'refused' && codes.test(code));
}

function isAnswered({ reached }: Evidence): boolean {
  return reached.some((each) => each.named && isTaken(each));
}

/**
 * @returns whether nothing answers because nothing was started: not the service or, with a proxy in
 * front of it, not the proxy
 */
export function isNotRunning(evidence: Evidence): boolean {
  const { project, target } = evidence;
  if (project?.listening === undefined || project.typed === true || isAnswered(evidence)) {
    return false;
  }
  return project.proxied
    ? isLoopbackHost(target.host)
    : project.listening.every(({ state }) => state === 'free');
}

/** The scripts that are not running yet, in the order in which to start them. */
function missingScripts({ project }: Evidence): string[] {
  const runs = project?.listening?.some(({ state }) => state === 'accepts') === true;
  return [...(runs ? [] : ['dev']), ...(project?.proxied === true ? ['proxy'] : [])];
}

function idleText(scripts: string[]): string {
  if (scripts.length > 1) {
    return 'Neither the service nor the proxy in front of it is';
  }
  return scripts.includes('dev')
    ? 'The service is not'
    : 'The proxy in front of the service is not';
}

function placeText({ address, port, code }: ListeningEvidence): string {
  return `Listening on ${address}, port ${port}, failed with ${code}.`;
}

const anotherPort = 'or set another PORT in .env and use it in DOMAINS';

export const listeningRules: Rule[] = [
  {
    code: 'port-in-use',
    stage: 'address',
    judge: (evidence) => {
      const place = placesOf(evidence).find((each) => isForeign(each, evidence));
      const { project } = evidence;
      if (place === undefined || project === undefined) {
        return undefined;
      }
      const { holder, port } = place;
      const { certain, said, alternatives } = holderText(place);
      const who =
        holder === undefined ? 'Another program' : `${holder.name} (process ${holder.pid})`;
      return {
        cause: certain
          ? `${who} uses port ${port}, which the service of this project needs.`
          : `The program on port ${port} does not answer like the service of this project.`,
        evidence: said,
        fix: `Stop it, ${anotherPort}.`,
        commands: holder === undefined ? showHolder(port, project.platform) : stopHolder(holder),
        ...(certain ? {} : { alternatives }),
      };
    },
  },
  {
    code: 'port-forbidden',
    stage: 'address',
    judge: (evidence) => {
      const place = refusedBy(evidence, /^(EACCES|EPERM)$/);
      return place === undefined
        ? undefined
        : {
            cause: `The service cannot start: this user may not listen on port ${place.port}.`,
            evidence: placeText(place),
            fix: 'Set PORT in .env to 1024 or more and use it in DOMAINS. For port 443, use a reverse proxy: the service need not run as root.',
          };
    },
  },
  {
    code: 'address-not-available',
    stage: 'address',
    judge: (evidence) => {
      const place = refusedBy(evidence, /^(EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL|ENOTFOUND|EAI_.*)$/);
      return place === undefined
        ? undefined
        : {
            cause: `The service cannot start: HOST is ${evidence.project?.settings.HOST}, which is not an address of this machine.`,
            evidence: placeText(place),
            fix: 'Set HOST in .env to localhost, or to 0.0.0.0 for every address of the machine.',
          };
    },
  },
  {
    code: 'port-closed',
    stage: 'address',
    judge: (evidence) => {
      const { project, target } = evidence;
      if (project === undefined || !isNotRunning(evidence)) {
        return undefined;
      }
      if (project.settings.PORT === 0 && !project.proxied) {
        return {
          severity: 'warning',
          cause: 'PORT is 0: the system chooses a port at each start. Only the log shows it.',
          evidence: 'PORT=0.',
          fix: 'Start the service and pass the URL from its log to doctor, or set a PORT in .env.',
          commands: [scriptOf(project, 'dev')],
        };
      }
      const scripts = missingScripts(evidence);
      return {
        severity: 'warning',
        cause: `${idleText(scripts)} running.`,
        evidence: `Nothing listens on port ${target.port} of ${target.host}.`,
        fix: `Start ${scripts.length > 1 ? 'each in its own terminal' : 'it'}, in the project's folder.`,
        commands: scripts.map((name) => scriptOf(project, name)),
      };
    },
  },
];
