import { packageManagers } from '../../core/package-managers.js';
import type { Evidence } from './evidence.js';
import { isPortKnown } from './project-target.js';
import type { FileEvidence, ProjectEvidence, Role } from './project-evidence.js';
import { isOpen } from './signals.js';
import type { Finding } from './verdict.js';

const settings: Record<Role, string> = {
  key: 'PRIV_KEY',
  certificate: 'CERT_KEY',
  chain: 'CA_CERT',
};

/** @returns the setting that names a file */
export function settingOf({ role }: Pick<FileEvidence, 'role'>): string {
  return settings[role];
}

/** @returns the files of the project that are in a state */
export function filesOf({ project }: Evidence, state: FileEvidence['state']): FileEvidence[] {
  return project?.files.filter((file) => file.state === state) ?? [];
}

/** @returns words with commas and an "and", for a sentence */
export function listed(words: string[]): string {
  const [last = '', ...rest] = words.toReversed();
  return rest.length === 0 ? last : `${rest.toReversed().join(', ')} and ${last}`;
}

/** @returns the settings that name these files, for a sentence */
export function settingsText(files: FileEvidence[]): string {
  return listed(files.map(settingOf));
}

/** @returns the command that runs one of the project's scripts */
export function scriptOf({ packageManager }: ProjectEvidence, name: string): string[] {
  return [...packageManagers[packageManager].run, name];
}

/** @returns who reads the files, as the subject of a sentence */
export function reader({ speaker }: ProjectEvidence): string {
  return speaker === 'proxy' ? 'the local proxy' : 'the service';
}

/**
 * What is wrong with settings and files keeps a service from starting; one that runs goes on with what
 * it has read. Whatever answers on a port that the settings do not tell may be any service.
 */
export function severityOf({ upgrade, project }: Evidence): { severity: 'blocking' | 'warning' } {
  const isItself = project !== undefined && isPortKnown(project);
  return { severity: isItself && isOpen(upgrade) ? 'warning' : 'blocking' };
}

/** What to do, with the commands for it. */
export type WayOut = Pick<Finding, 'fix' | 'commands'>;

/**
 * @param files what is wrong; without key and certificate among them, a new pair is no help
 * @param own what to do with files of somebody's own
 * @returns the way to a good key and certificate: the project's script where it creates the files
 */
export function wayOut(
  { project, surroundings }: Evidence,
  own: string,
  files: Pick<FileEvidence, 'role'>[] = [{ role: 'certificate' }],
): WayOut {
  const aboutPair = files.some(({ role }) => role !== 'chain');
  if (project === undefined || !project.development || !aboutPair) {
    return { fix: own };
  }
  return project.creatable
    ? { fix: "Create both, in the project's folder.", commands: [scriptOf(project, 'certs')] }
    : {
        fix: "Replace both, in the project's folder. The script certs replaces no file.",
        commands: [[...surroundings.us, 'certs', '--overwrite']],
      };
}
