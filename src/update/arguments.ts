import { commonRows, type Row, type Typed } from '../command/command.js';
import { optionRows } from '../command/option-rows.js';
import type { Answers } from '../options/answers.js';
import { optionNamed } from '../options/options.js';

/** What the command line of `update` says. */
export interface TypedUpdate {
  /** The answers that change. */
  answers: Partial<Answers>;
  controls: {
    from?: string;
    check?: boolean;
    install?: boolean;
    yes?: boolean;
    dryRun?: boolean;
    json?: boolean;
    verbose?: boolean;
  };
}

/** The answers that a record has: by default, they stay. */
export const answerRows: Row[] = optionRows
  .filter(({ name }) => optionNamed(name).recorded)
  .map((row) => Object.assign({}, row, { note: '' }));

export const controlRows: Row[] = [
  { name: 'check', summary: 'exit 1 if an update is available, change nothing' },
  { name: 'dryRun', summary: 'print the changes as a diff, change nothing' },
  {
    name: 'from',
    placeholder: 'FILE',
    summary: "package of the project's version, not the registry's",
    read: (text) => text,
  },
  {
    name: 'install',
    negatable: true,
    summary: 'install the dependencies if they changed',
    note: 'default: asks; no with --yes',
  },
  { name: 'yes', short: 'y', summary: 'never ask' },
  { name: 'verbose', summary: 'show output of child processes and error stacks' },
  ...commonRows,
];

function isControl([name]: [string, unknown]): boolean {
  return controlRows.some((row) => row.name === name);
}

/** Sorts what was typed into answers and what steers the run. */
export function readArguments({ values }: Typed): TypedUpdate {
  const entries = Object.entries(values);
  return {
    answers: Object.fromEntries(entries.filter((entry) => !isControl(entry))),
    controls: Object.fromEntries(entries.filter(isControl)),
  };
}
