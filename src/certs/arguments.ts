import { commonRows, type Row, type Typed } from '../command/command.js';
import { reading } from '../command/parse.js';
import { InvalidValue } from '../core/errors.js';
import { mostDays } from '../options/checks.js';
import { optionNamed } from '../options/options.js';
import { shown } from '../core/shown.js';
import { readValue } from '../options/values.js';

/** What the command line of `certs` says. */
export interface TypedCerts {
  /** Empty where none was named. */
  hosts: string[];
  controls: {
    days?: number;
    install?: boolean;
    overwrite?: boolean;
    yes?: boolean;
    dryRun?: boolean;
    json?: boolean;
    verbose?: boolean;
  };
}

/** @throws InvalidValue for what is no number of days, or more than clients take */
function readDays(text: string): number {
  const days = Number(text);
  if (!/^\d{1,4}$/.test(text.trim()) || days < 1 || days > mostDays) {
    throw new InvalidValue(
      `${shown(text)} is no number of days that a certificate can be valid for.`,
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
    summary: 'valid for so many days; signed by us with the CA that is here',
    read: readDays,
    // npm reads `--days` as `-d -a -y -s`, four options of its own. No host is a number.
    isStray: (word) => /^\d+$/.test(word),
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
  ...commonRows,
];

/** @throws UserError with the name that was meant */
function readHosts(words: string[]): string[] {
  const option = optionNamed('hosts');
  const read = () => [readValue(option, words.join(','))].flat().map(String);
  return words.length === 0 ? [] : reading('[hosts...]', read);
}

/** @throws UserError for a name that no certificate can have */
export function readArguments({ positionals, values }: Typed): TypedCerts {
  return { hosts: readHosts(positionals), controls: values };
}
