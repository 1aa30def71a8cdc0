import type { Evidence } from '../../evidence.js';
import type { Remedy } from './certificate-fix.js';
import { scriptOf } from './project-files.js';

/** @returns what to do about a service that runs with other settings than those of its project */
export function restart({ project }: Evidence, setting: string): Remedy {
  return {
    fix: `The running service has an older ${setting} than .env. Stop it, then start it again.`,
    ...(project === undefined ? {} : { commands: [scriptOf(project, 'dev')] }),
  };
}
