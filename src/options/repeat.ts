import type { Answers, OptionName, World } from './answers.js';
import { commandMeant, flagOf, options, type KnownAnswers, type Option } from './options.js';
import { packageManagers, type PackageManager } from './package-managers.js';
import { operand } from '../core/quote.js';

/** @returns the words that give one answer on the command line */
function wordsFor(option: Option, known: KnownAnswers): string[] {
  const value = known[option.name];
  if (value === undefined) {
    return [];
  }
  if (option.kind === 'directory') {
    return [];
  }
  if (typeof value === 'boolean') {
    return [value ? flagOf(option.name) : `--no-${flagOf(option.name).slice(2)}`];
  }
  const [flag, text] = [flagOf(option.name), String(value)];
  return text.startsWith('-') ? [`${flag}=${text}`] : [flag, text];
}

/** @returns the flags that give these answers, in the order of the table */
export function flagWords(known: KnownAnswers, names: string[]): string[] {
  return options
    .filter(({ name }) => names.includes(name))
    .flatMap((option) => wordsFor(option, known));
}

interface Repetition {
  known: KnownAnswers;
  /** The options to write out. */
  names: OptionName[];
  version: string;
  /** The package manager to run it with. */
  runner: PackageManager;
}

/**
 * The command that gives these answers to this version, in a form in which package managers do not
 * keep any flag.
 * @returns the words of the command
 */
export function repeatCommand({ known, names, version, runner }: Repetition): string[] {
  const directory = known.directory ?? '.';
  const safe = commandMeant(directory) !== undefined ? `./${directory}` : operand(directory);
  return [
    ...packageManagers[runner].execute,
    `create-fastify-wss@${version}`,
    safe,
    ...flagWords(known, names),
  ];
}

/** @returns the words of the command that explains why a connection fails */
export function doctorCommand(version: string, runner: PackageManager): string[] {
  return [...packageManagers[runner].execute, `create-fastify-wss@${version}`, 'doctor'];
}

/** @returns the words of the command that makes the other clients of this machine trust the CA */
export function trustCommand(version: string, runner: PackageManager): string[] {
  return [
    ...packageManagers[runner].execute,
    `create-fastify-wss@${version}`,
    'certs',
    '--install',
  ];
}

/** @returns the options whose answer differs from the default */
export function chosenNames(answers: Answers, world: World): OptionName[] {
  const chosen = options.filter((option) => {
    const byDefault =
      typeof option.default === 'function' ? option.default(answers, world) : option.default;
    return JSON.stringify(answers[option.name]) !== JSON.stringify(byDefault);
  });
  return chosen.map(({ name }) => name).filter((name) => answers[name] !== undefined);
}
