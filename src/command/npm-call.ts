import { runningManager } from '../options/package-managers.js';

export type Environment = Record<string, string | undefined>;

/** The words before the directory and those between it and the flags, by the npm command. */
type Form = [string[], string[]];

/** npx needs no `--`, which PowerShell removes from a call of npm (npm/cli#3136). */
const onWindows: Form = [['npx', 'create-fastify-wss@latest'], []];

const creating: Form = [['npm', 'create', 'fastify-wss@latest'], ['--']];
const forms: Record<string, (env: Environment) => Form> = {
  init: () => creating,
  create: () => creating,
  exec: () => [['npm', 'exec', '--', 'create-fastify-wss@latest'], []],
  start: () => [['npm', 'start', '--'], []],
  run: (env) => [['npm', 'run', env['npm_lifecycle_event'] ?? 'start', '--'], []],
  'run-script': (env) => [['npm', 'run', env['npm_lifecycle_event'] ?? 'start', '--'], []],
};

/** @returns how npm was called to run this; undefined if it is not npm */
export function formOf(env: Environment): Form | undefined {
  // pnpm and Bun set npm_command as well, and hand every flag on.
  const form = runningManager(env) !== 'npm' ? undefined : forms[env['npm_command'] ?? '']?.(env);
  return form === creating && isOnWindows(env) ? onWindows : form;
}

function isOnWindows(env: Environment): boolean {
  return (env['npm_config_user_agent'] ?? '').includes(' win32 ');
}

/** @returns what to do with flags that npm keeps, before the corrected command */
export function npmAdvice(env: Environment): string {
  return formOf(env) === onWindows
    ? 'Use npx, which passes on all flags'
    : 'Put -- before the flags';
}

/** @returns whether npm was given `--dry-run`, which is meant for this command */
export function npmDryRun(env: Environment): boolean {
  return formOf(env) !== undefined && env['npm_config_dry_run'] === 'true';
}

/** The value that npm gives a switch that it keeps. */
const keptAs: Record<string, string> = { yes: 'true', json: 'true', git: '' };

/** @returns the switches that npm may have kept, as flags */
export function keptSwitches(env: Environment): string[] {
  // `npx -y` is fine: npx passes on everything after the package name.
  if (formOf(env) === undefined || env['npm_command'] === 'exec') {
    return [];
  }
  const kept = Object.keys(keptAs).filter((name) => env[`npm_config_${name}`] === keptAs[name]);
  return kept.map((name) => `--${name}`);
}

/** @returns hints about switches that npm keeps silently */
export function npmHints(env: Environment): string[] {
  const list = keptSwitches(env).join(', ');
  const way = formOf(env) === onWindows ? 'run it with npx' : 'put -- before it';
  return list === '' ? [] : [`npm has ${list} set. If you meant it for this command, ${way}.`];
}

/**
 * @param directory the words before the flags
 * @param flags the flags that npm passed on
 * @returns the same command with the switches that npm may have kept; undefined if it kept none
 */
export function withKeptSwitches(
  env: Environment,
  directory: string[],
  flags: string[],
): string[] | undefined {
  const form = formOf(env);
  const kept = keptSwitches(env);
  return form === undefined || kept.length === 0
    ? undefined
    : [...form[0], ...directory, ...form[1], ...kept, ...flags];
}
