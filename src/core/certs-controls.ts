import type { Control } from './controls.js';

/** The longest that macOS takes for a certificate of a CA which its user has added, in days. */
export const mostDays = 825;

/** What `certs` is told besides the names. */
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
    summary: 'valid for so many days; signed by us with the CA that is here',
  },
  {
    name: 'install',
    negatable: true,
    summary: "run mkcert -install: changes this system's trust stores",
  },
  { name: 'overwrite', summary: 'issue anew, also over files that were not issued here' },
  { name: 'yes', short: 'y', summary: 'never ask' },
  { name: 'dryRun', summary: 'say what would be done, change nothing' },
  { name: 'json', summary: 'print one JSON document' },
  { name: 'verbose', summary: 'show what child processes print, and stacks of errors' },
  { name: 'help', short: 'h', summary: 'print this help' },
  { name: 'version', short: 'v', summary: 'print the version' },
];
