/** Options of a run, not of the project. */
export interface Controls {
  yes: boolean;
  answers?: string;
  dryRun: boolean;
  json: boolean;
  overwrite: boolean;
  verify: boolean;
  schema: boolean;
  verbose: boolean;
  help: boolean;
  version: boolean;
}

export interface Control {
  name: keyof Controls;
  /** The placeholder of the value in `--help`; without it the control is a switch. */
  placeholder?: string;
  short?: string;
  summary: string;
}

export const controls: Control[] = [
  { name: 'yes', short: 'y', summary: 'use defaults for missing answers; never ask' },
  { name: 'answers', placeholder: 'FILE', summary: 'read answers from a JSON file' },
  { name: 'dryRun', summary: 'print the plan, change nothing' },
  { name: 'json', summary: 'print one JSON document' },
  { name: 'overwrite', summary: 'replace existing files that differ' },
  { name: 'verify', summary: 'after the install, start the project and check that wss:// works' },
  { name: 'schema', summary: 'print the JSON Schema of the answers file' },
  { name: 'verbose', summary: 'show output of child processes and error stacks' },
  { name: 'help', short: 'h', summary: 'print this help' },
  { name: 'version', short: 'v', summary: 'print the version' },
];
