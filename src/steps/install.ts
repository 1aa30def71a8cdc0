import { statSync } from 'node:fs';
import { join } from 'node:path';
import { packageManagers } from '../options/package-managers.js';
import { anyExists } from '../io/environment.js';
import { already, needed, runCommand, type Kind, type State } from './kind.js';
import type { Step } from './plan/step.js';

/** An install is done if its last file exists and is not older than package.json. */
function stateOf({ packageManager }: Step<'install'>, directory: string): State {
  const { installed } = packageManagers[packageManager];
  const marks = installed.filter((path) => anyExists(directory, [path]));
  const wanted = statSync(join(directory, 'package.json')).mtimeMs;
  const done = marks.some((path) => statSync(join(directory, path)).mtimeMs >= wanted);
  return done && anyExists(directory, ['node_modules', '.pnp.cjs']) ? already : needed;
}

/** Installs the dependencies. */
export const install: Kind<'install'> = { state: stateOf, perform: runCommand };
