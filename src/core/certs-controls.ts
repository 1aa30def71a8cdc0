import type { Control } from './controls.js';

/** The longest validity that macOS accepts from a CA that its user has added, in days. */
export const mostDays = 825;

/** The options of `certs`. */
export interface CertsControls {
  days?: number;
  install?: boolean;
  overwrite: boolean;
  yes: boolean;
  dryRun: boolean;
  json: boolean;
  verbose: boolean;
  help: boolean;
  version: boolean;
}

export interface CertsControl extends Omit<Control, 'name'> {
  name: keyof CertsControls;
  /** Whether there is a `--no-` form. */
  negatable?: boolean;
}

export const certsControls: CertsControl[] = [
  {
    name: 'days',
    placeholder: `1..${mostDays}`,
    summary: 'validity in days (signs without mkcert)',
  },
  {
    name: 'install',
    negatable: true,
    summary: "run mkcert -install: changes this system's trust stores",
  },
  { name: 'overwrite', summary: 'reissue, even over files from elsewhere' },
  { name: 'yes', short: 'y', summary: 'never ask' },
  { name: 'dryRun', summary: 'print the plan, change nothing' },
  { name: 'json', summary: 'print one JSON document' },
  { name: 'verbose', summary: 'show output of child processes and error stacks' },
  { name: 'help', short: 'h', summary: 'print this help' },
  { name: 'version', short: 'v', summary: 'print the version' },
];
