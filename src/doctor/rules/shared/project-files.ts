import { packageManagers } from '../../../options/package-managers.js';
import type { Evidence } from '../../evidence.js';
import type { FileEvidence, ProjectEvidence, Role } from '../../project-evidence.js';
import { isPortKnown } from './project-target.js';
import { listed } from './text.js';
import { isOpen } from './upgrade.js';

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

/** @returns the settings that name these files, for a sentence */
export function settingsText(files: FileEvidence[]): string {
  return listed(files.map(settingOf));
}

/** @returns where the service finds these settings: the environment overrides `.env` */
export function placeOf(
  project: Pick<ProjectEvidence, 'fromEnvironment'> | undefined,
  ...names: string[]
): string {
  return names.some((name) => project?.fromEnvironment.includes(name) === true)
    ? 'in the environment, which overrides .env'
    : 'in .env';
}

/** @returns the command that runs one of the project's scripts */
export function scriptOf({ packageManager }: ProjectEvidence, name: string): string[] {
  return [...packageManagers[packageManager].run, name];
}

/** @returns the commands that run scripts of the project: first the install, if they need it */
export function runScripts(project: ProjectEvidence, names: string[]): string[][] {
  const { install } = packageManagers[project.packageManager];
  const scripts = names.map((name) => scriptOf(project, name));
  // The script of the proxy only starts another program.
  return project.installed || names.every((name) => name === 'proxy')
    ? scripts
    : [install, ...scripts];
}

/** @returns what must be done before a script runs, as the start of a sentence */
export function installFirst({ installed }: ProjectEvidence): string {
  return installed ? '' : 'Install the dependencies first. ';
}

/** @returns the program that reads the files, as the subject of a sentence */
export function reader({ terminator }: ProjectEvidence): string {
  return terminator === 'proxy' ? 'the local proxy' : 'the service';
}

/**
 * Wrong settings and files keep a service from starting; a running one keeps what it has read. If the
 * settings do not say which port it uses, whatever answers may be any service.
 */
export function severityOf({ upgrade, project }: Evidence): { severity: 'blocking' | 'warning' } {
  const isItself = project !== undefined && isPortKnown(project);
  return { severity: isItself && isOpen(upgrade) ? 'warning' : 'blocking' };
}
