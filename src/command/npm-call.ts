import { runningManager } from '../options/package-managers.js';

export type Environment = Record<string, string | undefined>;

/** The words before the directory and those between it and the flags, by the npm command. */
type Form = [string[], string[]];

const creating: Form = [['npm', 'create', 'fastify-wss@latest'], ['--']];
const forms: Record<string, (env: Environment) => Form> = {
  init: () => creating,
  create: () => creating,
  exec: () => [['npm', 'exec', '--', 'create-fastify-wss@latest'], []],
  start: () => [['npm', 'start', '--'], []],
  run: (env) => [['npm', 'run', env['npm_lifecycle_event'] ?? 'start', '--'], []],
  'run-script': (env) => [['npm', 'run', env['npm_lifecycle_event'] ?? 'start', '--'], []],
};

/** @returns how npm was called to run us; nothing where it is not npm that does */
export function formOf(env: Environment): Form | undefined {
  // pnpm and Bun set npm_command as well, and hand every flag on.
  return runningManager(env) !== 'npm' ? undefined : forms[env['npm_command'] ?? '']?.(env);
}

/** @returns whether npm was told `--dry-run`, which is then meant for us */
export function npmDryRun(env: Environment): boolean {
  return formOf(env) !== undefined && env['npm_config_dry_run'] === 'true';
}

/** What npm makes of a switch that it keeps. */
const keptAs: Record<string, string> = { yes: 'true', json: 'true', git: '' };

/** @returns hints about switches that npm swallows without a word */
export function npmHints(env: Environment): string[] {
  const kept = Object.keys(keptAs).filter((name) => env[`npm_config_${name}`] === keptAs[name]);
  // `npx -y` is no mistake: behind the name of a package npx hands everything on.
  if (formOf(env) === undefined || env['npm_command'] === 'exec' || kept.length === 0) {
    return [];
  }
  const list = kept.map((name) => `--${name}`).join(', ');
  return [`npm has ${list} set for itself. If you meant it for this command, put -- before it.`];
}
