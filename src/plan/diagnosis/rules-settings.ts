import { ownOrigin } from './project-target.js';
import { listed, scriptOf, severityOf } from './project-words.js';
import type { Rule } from './verdict.js';

/** The settings that sentences about mistakes begin with. */
function namesIn(mistakes: string[]): string[] {
  return [...new Set(mistakes.flatMap((line) => /^[A-Z_]+/.exec(line)?.[0] ?? []))];
}

/** Why `.env` cannot be read, by Node's code. */
const reasons: Record<string, { cause: string; fix: string }> = {
  EACCES: {
    cause: '.env may not be read by this user, and without it the service does not start.',
    fix: 'Give .env to the user who runs the service, and nobody else: it may hold secrets.',
  },
  EISDIR: {
    cause: '.env is a folder, and the service does not start.',
    fix: 'Move the folder .env away, and make the file again.',
  },
};

export const settingsRules: Rule[] = [
  {
    code: 'unreadable-file',
    stage: 'settings',
    judge: (evidence) => {
      const { project } = evidence;
      const code = project?.envError;
      if (project === undefined || code === undefined || code === 'ENOENT') {
        return undefined;
      }
      const { cause, fix } = reasons[code] ?? {
        cause: '.env cannot be read, and the service does not start.',
        fix: 'Look at what .env is.',
      };
      return {
        ...severityOf(evidence),
        cause,
        evidence: `Reading ${project.directory}/.env ended with ${code}.`,
        fix,
      };
    },
  },
  {
    code: 'unreadable-file',
    stage: 'settings',
    judge: (evidence) => {
      const { project } = evidence;
      if (project?.envError !== 'ENOENT' || project.domainsFromEnvironment) {
        return undefined;
      }
      return {
        ...severityOf(evidence),
        cause:
          'The project has no .env, as every fresh clone. Without DOMAINS in it, the service lets no page connect.',
        evidence: `${project.directory}/.env is not there, and the environment has no DOMAINS either.`,
        fix: 'Install the dependencies, and have the project make .env from .env.example.',
        commands: [scriptOf(project, 'certs')],
      };
    },
  },
  {
    code: 'invalid-setting',
    stage: 'settings',
    judge: (evidence) => {
      const mistakes = evidence.project?.mistakes ?? [];
      if (mistakes.length === 0) {
        return undefined;
      }
      const names = listed(namesIn(mistakes));
      return {
        ...severityOf(evidence),
        cause: `The service does not start with what its settings say of ${names}.`,
        evidence: mistakes.join(' '),
        fix: `Correct ${names} in .env, or in the environment, which wins over the file.`,
      };
    },
  },
  {
    code: 'origin-refused',
    stage: 'settings',
    judge: (evidence) => {
      const { project } = evidence;
      const own = project === undefined ? undefined : ownOrigin(project);
      const { PORT = 0 } = project?.settings ?? {};
      const known = PORT > 0 && project?.mistakes.length === 0 && project.envError === undefined;
      if (project === undefined || own === undefined || !known) {
        return undefined;
      }
      if (project.settings.DOMAINS.includes(own)) {
        return undefined;
      }
      const entries = project.settings.DOMAINS.join(', ');
      return {
        severity: 'warning',
        clients: ['browser'],
        cause: `The page of the service itself, ${own}, may not open a socket: it is not listed in DOMAINS.`,
        evidence: `DOMAINS is ${entries === '' ? 'empty' : entries}.`,
        fix: `Add ${own} to DOMAINS in .env, unless its page is not used. DOMAINS follows PORT and HTTPS.`,
      };
    },
  },
  {
    code: 'verification-disabled',
    stage: 'settings',
    judge: ({ project }) =>
      project?.careless === true
        ? {
            severity: 'warning',
            clients: ['node'],
            cause:
              'The service is told to verify no certificate of what it connects to itself, Redis for one.',
            evidence: 'NODE_TLS_REJECT_UNAUTHORIZED=0 stands in .env.',
            fix: 'Take that line out of .env, and name the CA that is missing in NODE_EXTRA_CA_CERTS.',
          }
        : undefined,
  },
];
