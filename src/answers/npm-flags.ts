import { certsControls } from '../core/certs-controls.js';
import { controls } from '../core/controls.js';
import { doctorControls } from '../core/doctor-controls.js';
import { UserError } from '../core/errors.js';
import { flagOf, options, type Option } from '../core/options.js';
import { quoteCommand } from '../core/quote.js';
import { assignValues, placeholderOf, type Slot } from './lost-values.js';
import { formOf, npmHints, type Environment } from './npm-call.js';
import { certsFlags, doctorFlags, readWords, type Words } from './words.js';

/**
 * Switches that npm also has, with the same name or, for `--https`, with a similar one
 * (`--https-proxy`). Their variables prove nothing: they may come from the user's npm settings.
 */
const npmNames = ['https', 'git', 'yes', 'json', 'dryRun', 'help', 'version', 'verbose'];

/** A flag that npm kept, with what npm did to its values. */
interface Lost {
  name: string;
  flag: string;
  /** The row of an option; a control has none here. */
  option: Option | undefined;
  isSwitch: boolean;
  placeholder: string;
  /** One entry each time it was typed: `true` if its value became a stray word. */
  values: string[];
}

/** An npm setting with the same name as `--caFile`. */
const npmSettings = ['cafile'];

/** `--cert-source` and `--certSource` leave variables of different names. */
function variable(env: Environment, name: string): string | undefined {
  const names = [flagOf(name).slice(2).replaceAll('-', '_'), name.toLowerCase()];
  const ours = names.filter((each) => !npmSettings.includes(each));
  return ours.map((each) => env[`npm_config_${each}`]).find((value) => value !== undefined);
}

interface FlagRow {
  name: string;
  option: Option | undefined;
  isSwitch: boolean;
  /** A switch with a `--no-` form. */
  negatable?: boolean;
}

interface ControlRow {
  name: string;
  placeholder?: string;
  negatable?: boolean;
}

function controlRow({ name, placeholder, negatable = false }: ControlRow): FlagRow {
  return { name, option: undefined, isSwitch: placeholder === undefined, negatable };
}

const rows: FlagRow[] = [
  ...options
    .filter(({ kind }) => kind !== 'directory')
    .map((option) => ({ name: option.name, option, isSwitch: option.kind === 'boolean' })),
  ...controls.map(controlRow),
];

/** npm has no setting `git=false`: only `--no-git` sets that. */
function isExplained(name: string, value: string): boolean {
  return npmNames.includes(name) && !(name === 'git' && value === 'false');
}

/** Flags whose variable only a flag typed without `--` explains; flags that npm passed on are not lost. */
function lostFlags(env: Environment, { names }: Words, known: FlagRow[]): Lost[] {
  return known.flatMap(({ name, option, isSwitch, negatable }) => {
    const value = variable(env, name);
    if (value === undefined || isExplained(name, value) || names.includes(name)) {
      return [];
    }
    if (isSwitch && option === undefined && negatable !== true && value !== 'true') {
      // A control that is off has no effect.
      return [];
    }
    const placeholder = placeholderOf(option);
    // npm joins the values of repeated flags with empty lines.
    const values = value.split('\n\n');
    return [{ name, flag: flagOf(name), option, isSwitch, placeholder, values }];
  });
}

function slotsOf(lost: Lost[]): Slot[] {
  return lost
    .filter(({ isSwitch }) => !isSwitch)
    .flatMap(({ flag, option, values }) =>
      values.filter((value) => value === 'true').map(() => ({ flag, option })),
    );
}

/** @returns the flag as it was meant; an unknown value becomes a placeholder */
function wordsOf({ flag, isSwitch, placeholder, values }: Lost, strays: string[]): string[] {
  if (isSwitch) {
    return [values.at(-1) === 'true' ? flag : `--no-${flag.slice(2)}`];
  }
  const left = [...strays];
  return values.flatMap((value) => {
    const meant = value === 'true' ? left.shift() : value;
    return [flag, meant === undefined || meant === '' ? placeholder : meant];
  });
}

/**
 * Refuses a run whose flags npm kept: `npm create fastify-wss app --port 4000` gives `--port` to npm
 * unless `--` comes before it.
 * @param argv the arguments that npm passed on
 * @throws UserError with the corrected command
 */
export function refuseLostFlags(argv: string[], env: Environment): void {
  const form = formOf(env);
  const words = form && readWords(argv);
  const lost = words === undefined ? [] : lostFlags(env, words, rows);
  if (form === undefined || words === undefined || lost.length === 0) {
    return;
  }
  const { directory = 'my-app', values, unclear } = assignValues(words.positionals, slotsOf(lost));
  const flags = lost.flatMap((each) => wordsOf(each, values[each.flag] ?? []));
  const command = [...form[0], directory, ...form[1], ...flags, ...words.passed];
  const doubt = 'npm does not say which value belongs to which option.';
  throw lostFlag(lost, command, [...(unclear ? [doubt] : []), ...npmHints(env)]);
}

function lostFlag(lost: Lost[], command: string[], details: string[]): UserError {
  const names = lost.map(({ flag }) => flag).join(', ');
  const own = lost.length === 1 ? 'its own option' : 'its own options';
  return new UserError(
    `npm used ${names} as ${own}.`,
    `Put -- before the flags: ${quoteCommand(command)}`,
    { code: 'lost-flag', stage: 'arguments', details },
  );
}

/**
 * npm reads `--days` as `-d -a -y -s`, four of its own options, and sets no variable. No host is a
 * number, so a number among the names was its value.
 */
const lostDays: Lost = {
  name: 'days',
  flag: '--days',
  option: undefined,
  isSwitch: false,
  placeholder: 'DAYS',
  values: ['true'],
};

function isNumber(word: string): boolean {
  return /^\d+$/.test(word);
}

const certsRows: FlagRow[] = certsControls.map(controlRow);

/**
 * The same for `certs`, where a number among the names is the lost value of `--days`.
 * @param argv the arguments that npm passed on, `certs` first
 * @throws UserError with the corrected command
 */
export function refuseLostCertsFlags(argv: string[], env: Environment): void {
  const form = formOf(env);
  const words = form && readWords(argv, certsFlags);
  if (form === undefined || words === undefined) {
    return;
  }
  const strays = words.positionals.filter(isNumber);
  const lost = lostFlags(env, words, certsRows).concat(strays.length > 0 ? lostDays : []);
  if (lost.length === 0) {
    return;
  }
  const named = words.positionals.filter((word) => !isNumber(word));
  const flags = lost.flatMap((each) => wordsOf(each, strays));
  const command = [...form[0], ...named, ...form[1], ...flags, ...words.passed];
  throw lostFlag(lost, command, npmHints(env));
}

const doctorRows: FlagRow[] = doctorControls.map(controlRow);

/**
 * The same for `doctor`. A stray word after the URL is the value of a lost flag.
 * @param argv the arguments that npm passed on, `doctor` first
 * @throws UserError with the corrected command
 */
export function refuseLostDoctorFlags(argv: string[], env: Environment): void {
  const form = formOf(env);
  const words = form && readWords(argv, doctorFlags);
  const lost = words === undefined ? [] : lostFlags(env, words, doctorRows);
  if (form === undefined || words === undefined || lost.length === 0) {
    return;
  }
  const [named, strays] = [words.positionals.slice(0, 2), words.positionals.slice(2)];
  const flags = lost.flatMap((each) => wordsOf(each, strays));
  const command = [...form[0], ...named, ...form[1], ...flags, ...words.passed];
  throw lostFlag(lost, command, npmHints(env));
}
