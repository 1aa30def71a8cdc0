import { commonRows, type Row, type Typed } from '../command/command.js';
import { reading, usageError } from '../command/parse.js';
import { InvalidValue } from '../core/errors.js';
import { mostDays } from '../core/certificate-facts.js';
import { optionNamed } from '../options/options.js';
import { shown } from '../core/printable.js';
import { readValue } from '../options/values.js';

/** What the command line of `certs` says. */
export interface TypedCerts {
  /** Empty if none was given. */
  hosts: string[];
  controls: {
    days?: number;
    install?: boolean;
    only?: boolean;
    overwrite?: boolean;
    yes?: boolean;
    dryRun?: boolean;
    json?: boolean;
    verbose?: boolean;
  };
}

/** @throws InvalidValue for anything but a number of days that clients accept */
function readDays(text: string): number {
  const days = Number(text);
  if (!/^\d{1,4}$/.test(text.trim()) || days < 1 || days > mostDays) {
    throw new InvalidValue(
      `${shown(text)} is not a valid number of days.`,
      `Write a whole number from 1 to ${mostDays}.`,
    );
  }
  return days;
}

export const certsRows: Row[] = [
  {
    name: 'days',
    placeholder: `1..${mostDays}`,
    blank: 'DAYS',
    summary: 'validity in days (signs without mkcert)',
    read: readDays,
    // npm reads `--days` as `-d -a -y -s`, four of its own options. No host is a number.
    isStray: (word) => /^\d+$/.test(word),
  },
  {
    name: 'install',
    negatable: true,
    summary: 'run mkcert -install, which changes trust stores',
  },
  { name: 'only', summary: 'in a project: replace its names, do not add to them' },
  { name: 'overwrite', summary: 'reissue, even over files from elsewhere' },
  { name: 'yes', short: 'y', summary: 'never ask' },
  { name: 'dryRun', summary: 'print the plan, change nothing' },
  { name: 'verbose', summary: 'show output of child processes and error stacks' },
  ...commonRows,
];

/** @throws UserError with the name that was probably meant */
function readHosts(words: string[]): string[] {
  const option = optionNamed('hosts');
  const read = () => [readValue(option, words.join(','))].flat().map(String);
  return words.length === 0 ? [] : reading('[hosts...]', read);
}

/** @throws UserError for a name that no certificate can have */
export function readArguments({ positionals, values }: Typed): TypedCerts {
  const hosts = readHosts(positionals);
  if (values['only'] === true && hosts.length === 0) {
    throw usageError('--only needs names.', 'Write them: certs --only localhost app.test.');
  }
  return { hosts, controls: values };
}
