import { isLoopbackHost } from '../../core/loopback.js';
import type { Evidence } from './evidence.js';
import { holderText, isForeign, lookUp, stopping } from './port-holder.js';
import type { ListeningEvidence } from './project-evidence.js';
import { scriptOf } from './project-words.js';
import { isTaken } from './signals.js';
import type { Rule } from './verdict.js';

function placesOf({ project }: Evidence): ListeningEvidence[] {
  return project?.listening ?? [];
}

/** The address that the service could not listen on, for one of these reasons. */
function refusedBy(evidence: Evidence, codes: RegExp): ListeningEvidence | undefined {
  return placesOf(evidence).find(({ state, code = '' }) => state === 'refused' && codes.test(code));
}

function isAnswered({ reached }: Evidence): boolean {
  return reached.some((each) => each.named && isTaken(each));
}

/**
 * @returns whether nothing answers because nothing was started: neither the service nor, where there is
 * one, the proxy in front
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

/** The scripts that are still to be started, in their order. */
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
  return `Listening on ${address}, port ${port}, ended with ${code}.`;
}

const anotherPort = 'or set another PORT in .env and name it in DOMAINS';

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
          ? `${who} holds port ${port}, and the service of this project cannot have it.`
          : `Something holds port ${port} that does not answer as the service of this project does.`,
        evidence: said,
        fix: `Stop it, ${anotherPort}.`,
        commands: holder === undefined ? lookUp(port, project.platform) : stopping(holder),
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
            cause: `This user may not listen on port ${place.port}, so that the service cannot start.`,
            evidence: placeText(place),
            fix: 'Set PORT in .env to 1024 or more and name it in DOMAINS; for 443 let a proxy stand in front. The service itself needs no rights of root.',
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
            cause: `HOST is ${evidence.project?.settings.HOST}, which is no address of this machine, so that the service cannot start.`,
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
          cause: 'PORT is 0: at each start the system chooses a port, which only the log tells.',
          evidence: 'PORT=0.',
          fix: 'Start the service, and give doctor the URL from its log; or set a PORT in .env.',
          commands: [scriptOf(project, 'dev')],
        };
      }
      const scripts = missingScripts(evidence);
      return {
        severity: 'warning',
        cause: `${idleText(scripts)} running.`,
        evidence: `Nothing listens on port ${target.port} of ${target.host}.`,
        fix: `Start ${scripts.length > 1 ? 'each in a terminal of its own' : 'it'}, in the project's folder.`,
        commands: scripts.map((name) => scriptOf(project, name)),
      };
    },
  },
];
