import { ownOrigin } from './project-target.js';
import { listed, scriptOf, severityOf } from './project-words.js';
import type { Rule } from './verdict.js';

/** The names of settings at the start of error messages. */
function namesIn(mistakes: string[]): string[] {
  return [...new Set(mistakes.flatMap((line) => /^[A-Z_]+/.exec(line)?.[0] ?? []))];
}

/** Why `.env` cannot be read, by Node's code. */
const reasons: Record<string, { cause: string; fix: string }> = {
  EACCES: {
    cause: 'This user cannot read .env. Without it the service does not start.',
    fix: 'Let only the user who runs the service read .env: it may contain secrets.',
  },
  EISDIR: {
    cause: '.env is a folder, so the service does not start.',
    fix: 'Move the folder .env away, and create the file again.',
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
        cause: '.env cannot be read, so the service does not start.',
        fix: 'Check the file .env.',
      };
      return {
        ...severityOf(evidence),
        cause,
        evidence: `Reading ${project.directory}/.env failed with ${code}.`,
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
          'The project has no .env, like every fresh clone. Without DOMAINS in it, the service refuses all pages.',
        evidence: `${project.directory}/.env does not exist, and the environment does not set DOMAINS.`,
        fix: 'Install the dependencies, then create .env from .env.example with the script certs.',
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
        cause: `The service does not start with the current value of ${names}.`,
        evidence: mistakes.join(' '),
        fix: `Correct ${names} in .env, or in the environment, which overrides the file.`,
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
        cause: `The service's own page, ${own}, may not open a socket: it is not listed in DOMAINS.`,
        evidence: `DOMAINS is ${entries === '' ? 'empty' : entries}.`,
        fix: `Add ${own} to DOMAINS in .env, unless you do not use this page. Change DOMAINS whenever you change PORT or HTTPS.`,
      };
    },
  },
  {
    code: 'verification-disabled',
    stage: 'settings',
    judge: ({ project }) =>
      project?.verificationDisabled === true
        ? {
            severity: 'warning',
            clients: ['node'],
            cause:
              'The service does not verify the certificates of servers that it connects to, such as Redis.',
            evidence: '.env contains NODE_TLS_REJECT_UNAUTHORIZED=0.',
            fix: 'Remove that line from .env, and set NODE_EXTRA_CA_CERTS to the missing CA.',
          }
        : undefined,
  },
];
