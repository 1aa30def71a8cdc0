import { UserError } from '../core/errors.js';
import { quoteCommand } from '../core/quote.js';
import { controls } from '../core/controls.js';
import { flagOf, options } from '../core/options.js';

/** Our controls that npm has options of the same name for. */
const npmNames = ['yes', 'json', 'dryRun', 'help', 'version', 'verbose'];

type Environment = Record<string, string | undefined>;

/** Options whose npm variable only a flag typed without `--` can explain. */
function lostFlags(env: Environment): string[] {
  const explainable = ['directory', 'https', 'git', 'install', ...npmNames];
  return [...options, ...controls]
    .filter(({ name }) => !explainable.includes(name))
    .map(({ name }) => flagOf(name))
    .filter((flag) => variable(env, flag) !== undefined);
}

function variable(env: Environment, flag: string): string | undefined {
  return env[`npm_config_${flag.slice(2).replaceAll('-', '_')}`];
}

/** @returns whether npm's `npm create` or `npm init` runs us, so that its options may hold ours */
function runByNpmInit(env: Environment): boolean {
  return ['init', 'create'].includes(env['npm_command'] ?? '');
}

/**
 * Refuses a run whose flags npm took for its own: `npm create fastify-wss app --port 4000` hands
 * `--port` to npm, unless `--` stands before it.
 * @param argv the arguments that did reach us
 * @throws UserError with the corrected command
 */
export function refuseLostFlags(argv: string[], env: Environment): void {
  const lost = runByNpmInit(env) ? lostFlags(env) : [];
  if (lost.length === 0) {
    return;
  }
  const [directory, ...strays] = argv.filter((word) => !word.startsWith('-'));
  const switches = options.filter(({ kind }) => kind === 'boolean').map(({ name }) => flagOf(name));
  const words = lost.flatMap((flag) => {
    const value = variable(env, flag);
    if (switches.includes(flag)) {
      return [value === 'true' ? flag : `--no-${flag.slice(2)}`];
    }
    return [flag, value === 'true' ? (strays.shift() ?? 'VALUE') : String(value)];
  });
  const passed = argv.filter((word) => word.startsWith('-'));
  const target = directory ?? 'my-app';
  const create = ['npm', 'create', 'fastify-wss@latest', target, '--', ...words, ...passed];
  throw new UserError(
    `npm took ${lost.join(', ')} for an option of its own.`,
    `Put -- before the flags: ${quoteCommand(create)}`,
    { code: 'lost-flag', stage: 'arguments', details: npmHints(env) },
  );
}

/** @returns whether npm was told `--dry-run`, which is then meant for us */
export function npmDryRun(env: Environment): boolean {
  return runByNpmInit(env) && env['npm_config_dry_run'] === 'true';
}

/** @returns hints about switches that npm swallows without a word */
export function npmHints(env: Environment): string[] {
  const swallowed = ['yes', 'json', 'git'].filter(
    (name) => (env[`npm_config_${name}`] ?? '') === 'true',
  );
  if (!runByNpmInit(env) || swallowed.length === 0) {
    return [];
  }
  const list = swallowed.map((name) => `--${name}`).join(', ');
  return [`npm has ${list} set for itself. If you meant it for this command, put -- before it.`];
}
