import { UserError } from '../core/errors.js';
import { flagOf } from '../options/options.js';
import { quoteCommand } from '../core/quote.js';
import type { Command, Row } from './command.js';
import { assignValues } from './lost-values.js';
import { formOf, keptSwitches, npmAdvice, npmHints, type Environment } from './npm-call.js';
import { readWords, type Words } from './words.js';

/**
 * Switches that npm also has, with the same name or, for `--https`, with a similar one
 * (`--https-proxy`). Their variables prove nothing: they may come from the user's npm settings.
 */
const npmNames = ['https', 'git', 'yes', 'json', 'dryRun', 'help', 'version', 'verbose'];

/** An npm setting with the same name as `--caFile`. */
const npmSettings = ['cafile'];

/** A flag that npm kept. */
interface Lost {
  row: Row;
  /** One entry each time it was typed: `true` if its value became a stray word. */
  values: string[];
}

/** `--cert-source` and `--certSource` leave variables of different names. */
function variable(env: Environment, name: string): string | undefined {
  const names = [flagOf(name).slice(2).replaceAll('-', '_'), name.toLowerCase()];
  const ours = names.filter((each) => !npmSettings.includes(each));
  return ours.map((each) => env[`npm_config_${each}`]).find((value) => value !== undefined);
}

/** npm has no setting `git=false`: only `--no-git` sets that. */
function isExplained(name: string, value: string): boolean {
  return npmNames.includes(name) && !(name === 'git' && value === 'false');
}

/** Options whose variable only a flag typed without `--` explains. */
function keptFlags(rows: Row[], env: Environment): Lost[] {
  return rows.flatMap((row) => {
    const { name, placeholder, negatable = false } = row;
    const value = variable(env, name);
    // A switch without a `--no-` form has no effect when it is off.
    const isOff = placeholder === undefined && !negatable && value !== 'true';
    if (value === undefined || isOff || isExplained(name, value)) {
      return [];
    }
    // npm joins the values of repeated flags with empty lines.
    return [{ row, values: value.split('\n\n') }];
  });
}

/** The flags that npm kept; flags that it passed on are not lost. */
function lostFlags(rows: Row[], { names, positionals }: Words, env: Environment): Lost[] {
  const open = rows.filter(({ name }) => !names.includes(name));
  const strays = open.filter(({ isStray }) => isStray !== undefined && positionals.some(isStray));
  return [...keptFlags(open, env), ...strays.map((row) => ({ row, values: ['true'] }))];
}

function slotsOf(lost: Lost[]): Row[] {
  return lost
    .filter(({ row }) => row.placeholder !== undefined)
    .flatMap(({ row, values }) => values.filter((value) => value === 'true').map(() => row));
}

/** @returns the flag as it was meant; an unknown value becomes a placeholder */
function wordsOf({ row, values }: Lost, strays: string[]): string[] {
  const flag = flagOf(row.name);
  if (row.placeholder === undefined) {
    return [values.at(-1) === 'true' ? flag : `--no-${flag.slice(2)}`];
  }
  const left = [...strays];
  return values.flatMap((value) => {
    const meant = (value === 'true' ? left.shift() : value) ?? '';
    return [flag, meant === '' ? (row.blank ?? row.placeholder ?? '') : meant];
  });
}

function lostFlag(lost: Lost[], advice: string, details: string[]): UserError {
  const names = lost.map(({ row }) => flagOf(row.name)).join(', ');
  const own = lost.length === 1 ? 'its own option' : 'its own options';
  return new UserError(`npm used ${names} as ${own}.`, advice, {
    code: 'lost-flag',
    stage: 'arguments',
    details,
  });
}

/**
 * Refuses a run whose flags npm kept: `npm create fastify-wss app --port 4000` gives `--port` to npm
 * unless `--` comes before it.
 * @param argv the arguments after the name of the command that npm passed on
 * @throws UserError with the corrected command
 */
export function refuseLostFlags(
  { name, rows, positionals: { most, sample } }: Pick<Command, 'name' | 'rows' | 'positionals'>,
  argv: string[],
  env: Environment,
): void {
  const form = formOf(env);
  const words = readWords(argv, rows);
  const lost = form === undefined ? [] : lostFlags(rows, words, env);
  if (form === undefined || lost.length === 0) {
    return;
  }
  const { positionals, values, unclear } = assignValues(words.positionals, slotsOf(lost), most);
  const named = positionals.length === 0 && sample !== undefined ? [sample] : positionals;
  const flags = lost.flatMap((each) => wordsOf(each, values[each.row.name] ?? []));
  const own = [...(name === '' ? [] : [name]), ...named];
  const kept = keptSwitches(env).filter((flag) => !flags.includes(flag));
  const command = [...form[0], ...own, ...form[1], ...flags, ...words.passed, ...kept];
  const doubt = 'npm does not say which value belongs to which option.';
  const advice = `${npmAdvice(env)}: ${quoteCommand(command)}`;
  throw lostFlag(lost, advice, [...(unclear ? [doubt] : []), ...npmHints(env)]);
}
