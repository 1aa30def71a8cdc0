import { notRegular, type FileEvidence, type ProjectEvidence } from '../project-evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { renewPair } from './shared/certificate-fix.js';
import {
  filesOf,
  placeOf,
  reader,
  runScripts,
  settingOf,
  settingsText,
  severityOf,
} from './shared/project-files.js';
import { listed } from './shared/text.js';

/** Why `.env` cannot be read, by Node's code. */
const envReasons: Record<string, Pick<Finding, 'cause' | 'fix'>> = {
  EACCES: {
    cause: 'This user cannot read .env. Without it the service does not start.',
    fix: 'Let only the user who runs the service read .env: it may contain secrets.',
  },
  // Password managers write such a file; the service waits for its contents.
  [notRegular]: {
    cause: '.env is a pipe or a device, so doctor does not know the settings of the service.',
    fix: 'Use a regular file, or pass the URL of the socket to doctor.',
  },
  EISDIR: {
    cause: '.env is a folder, so the service does not start.',
    fix: 'Move the folder .env away, and create the file again.',
  },
};

/** Why one file or several files cannot be read, by Node's code. */
const reasons: Record<string, [string, string]> = {
  ENOENT: ['does not exist', 'do not exist'],
  EISDIR: ['is a folder', 'are folders'],
  EACCES: ['cannot be read by this user', 'cannot be read by this user'],
  [notRegular]: ['is a pipe or a device', 'are pipes or devices'],
};

function reasonText(error: string, files: FileEvidence[]): string {
  const [one, several] = reasons[error] ?? ['cannot be read', 'cannot be read'];
  return `${listed(files.map(({ path }) => path))} ${files.length > 1 ? several : one}`;
}

/** What is wrong with the files, grouped by error. */
function reasonsText(files: FileEvidence[]): string {
  const errors = [...new Set(files.map(({ error = '' }) => error))];
  return listed(
    errors.map((each) =>
      reasonText(
        each,
        files.filter(({ error = '' }) => error === each),
      ),
    ),
  );
}

function isOneOf(files: FileEvidence[], ...errors: string[]): boolean {
  return files.some(({ error = '' }) => errors.includes(error));
}

/** What to do about the user's own files that cannot be read. */
function readableFix(files: FileEvidence[], project: ProjectEvidence): string {
  if (isOneOf(files, 'EISDIR')) {
    return 'Move the folder away and put the file there. Docker creates a folder when a file to mount is missing.';
  }
  if (isOneOf(files, notRegular)) {
    return `Put regular PEM files at these paths, or correct ${settingsText(files)}: the service reads no pipes.`;
  }
  return isOneOf(files, 'EACCES')
    ? 'Let only the user who runs the service read the key, and let that user read the certificate. The service need not run as root.'
    : `Correct ${settingsText(files)} ${placeOf(project, ...files.map(settingOf))}, or put the files at these paths.`;
}

export const unreadableFile: Rule = {
  code: 'unreadable-file',
  meaning: 'a settings, key or certificate file is missing or cannot be read',
  settings: (evidence) => {
    const { project } = evidence;
    const code = project?.envError;
    if (project === undefined || code === undefined) {
      return undefined;
    }
    if (code !== 'ENOENT') {
      return {
        ...severityOf(evidence),
        ...(envReasons[code] ?? {
          cause: '.env cannot be read, so the service does not start.',
          fix: 'Check the file .env.',
        }),
        evidence: `Reading ${project.directory}/.env failed: ${code}.`,
      };
    }
    if (project.domainsFromEnvironment) {
      return undefined;
    }
    return {
      ...severityOf(evidence),
      cause:
        'The project has no .env, like every fresh clone. Without DOMAINS in it, the service refuses all pages.',
      evidence: `${project.directory}/.env does not exist, and the environment does not set DOMAINS.`,
      fix: 'Install the dependencies, then create .env from .env.example with the script certs.',
      commands: runScripts(project, ['certs']),
    };
  },
  files: (evidence) => {
    const unreadable = filesOf(evidence, 'unreadable');
    const { project } = evidence;
    if (project === undefined || unreadable.length === 0) {
      return undefined;
    }
    const fix = readableFix(unreadable, project);
    return {
      ...severityOf(evidence),
      cause: `${reasonsText(unreadable)}, so ${reader(project)} cannot start.`,
      evidence: `Folder: ${project.directory}. ${unreadable
        .map(({ path, error }) => `${path}: ${error}`)
        .join(', ')}.`,
      ...(isOneOf(unreadable, 'EACCES', 'EISDIR', notRegular)
        ? { fix }
        : renewPair(evidence, fix, unreadable)),
    };
  },
};
