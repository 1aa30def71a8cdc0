import { commonRows, type Row } from '../command/command.js';

/** What steers a run and is no part of a project. */
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
  { name: 'yes', short: 'y', summary: 'take the default of what is not given; never ask' },
  { name: 'answers', placeholder: 'FILE', summary: 'read answers from a JSON file' },
  { name: 'dryRun', summary: 'print the plan, change nothing' },
  { name: 'json', summary: 'print one JSON document' },
  { name: 'overwrite', summary: 'replace files that are there with other contents' },
  { name: 'verify', summary: 'start the project when it is installed, and expect wss:// to work' },
  { name: 'schema', summary: 'print the JSON Schema of the answers file' },
  { name: 'verbose', summary: 'show what child processes print, and stacks of errors' },
  ...commonRows,
];
