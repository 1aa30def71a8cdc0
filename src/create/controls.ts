import { commonRows, type Row } from '../command/command.js';

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
}

export const controls: Row[] = [
  { name: 'yes', short: 'y', summary: 'use defaults for missing answers; never ask' },
  { name: 'answers', placeholder: 'FILE', summary: 'read answers from a JSON file' },
  { name: 'dryRun', summary: 'print the plan, change nothing' },
  { name: 'overwrite', summary: 'replace existing files that differ' },
  { name: 'verify', summary: 'after the install, check that wss:// works' },
  { name: 'schema', summary: 'print the JSON Schema of the answers file' },
  { name: 'verbose', summary: 'show output of child processes and error stacks' },
  ...commonRows,
];
