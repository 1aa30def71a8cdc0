import { UserError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { flagOf } from '../core/options.js';
import { certsFlags, doctorFlags, type Flag, type FlagTable, flags } from './words.js';

/** An error about the form of the command line. */
export function usageError(message: string, fix: string): UserError {
  return new UserError(message, fix, { code: 'unknown-option', stage: 'arguments' });
}

/** The words before the flags of a table. */
const commands = new Map([
  [flags, ''],
  [certsFlags, 'certs '],
  [doctorFlags, 'doctor '],
]);

function unknownFlag(typed: string, table: FlagTable): UserError {
  const meant = nearest(typed, [...table.keys()]);
  const help = `See create-fastify-wss ${commands.get(table) ?? ''}--help.`;
  return usageError(
    `There is no option ${typed}.`,
    meant === undefined ? help : `Did you mean ${meant}? ${help}`,
  );
}

interface OptionToken {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

interface Typed {
  flag: Flag;
  value: string | boolean | undefined;
}

/**
 * @returns the flag and the value of one token, `--no-git` being `git: false`
 * @throws UserError for a flag that is not in the table, and for a missing or superfluous value
 */
export function readToken(token: OptionToken, table: FlagTable = flags): Typed {
  const negated = token.rawName.startsWith('--no-') && !table.has(token.rawName);
  const flag = table.get(negated ? `--${token.rawName.slice('--no-'.length)}` : `--${token.name}`);
  if (flag === undefined || (negated && !flag.negatable)) {
    throw unknownFlag(token.rawName, table);
  }
  const swallowed = token.inlineValue !== true && token.value?.startsWith('--') === true;
  if (flag.takesValue && (token.value === undefined || swallowed)) {
    throw usageError(`${token.rawName} needs a value.`, `Write ${flagOf(flag.name)}=VALUE.`);
  }
  if (!flag.takesValue && token.value !== undefined) {
    throw usageError(
      `${token.rawName} does not take a value.`,
      flag.negatable
        ? `Write ${flagOf(flag.name)} or --no-${flagOf(flag.name).slice(2)}.`
        : 'Leave the value out.',
    );
  }
  return { flag, value: flag.takesValue ? token.value : !negated };
}
