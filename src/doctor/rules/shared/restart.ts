import type { Evidence } from '../../evidence.js';
import type { Remedy } from './certificate-fix.js';
import { runScripts } from './project-files.js';

/** @returns what to do about a service that runs with other settings than those of its project */
export function restart({ project }: Evidence): Remedy {
  return {
    fix: 'The service runs with other settings than .env now has. Stop it, then start it again.',
    ...(project === undefined ? {} : { commands: runScripts(project, ['dev']) }),
  };
}

/** @returns whether the project's own service runs with the other value of HTTPS than its `.env` has */
export function isStaleHttps({ project, target }: Evidence): boolean {
  const { settings, proxied } = project ?? {};
  return proxied === false && settings?.PORT === target.port && settings.HTTPS === target.secure;
}
