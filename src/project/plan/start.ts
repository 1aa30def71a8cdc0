import type { Answers } from '../../options/answers.js';
import { packageManagers } from '../../options/package-managers.js';

/** @returns the command that starts the service */
export function serviceCommand({ packageManager }: Pick<Answers, 'packageManager'>): string[] {
  return [...packageManagers[packageManager].run, 'dev'];
}

/** @returns the command that starts the proxy in front of it, if there is one */
export function proxyCommands({ certSource, packageManager }: Answers): string[][] {
  return certSource === 'proxy' ? [[...packageManagers[packageManager].run, 'proxy']] : [];
}

/** @returns whether a development certificate is issued: for the service, or for its local proxy */
export function hasDevelopmentCertificate({ certSource }: Partial<Answers>): boolean {
  return certSource === 'mkcert' || certSource === 'proxy';
}
