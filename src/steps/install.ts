import { statSync } from 'node:fs';
import { join } from 'node:path';
import { packageManagers } from '../options/package-managers.js';
import { run } from '../io/run.js';
import type { Ended } from '../io/child-process.js';
import { findUpwards } from '../io/environment.js';
import { missingPackages } from './installed.js';
import { already, needed, type Kind, type Performing, type State } from './kind.js';
import type { Step } from './plan/step.js';

/** An install is done if its last file is not older than package.json, and every package is there. */
function stateOf({ packageManager }: Step<'install'>, directory: string): State {
  const { installed } = packageManagers[packageManager];
  const marks = installed.flatMap((path) => findUpwards(directory, [path]) ?? []);
  const wanted = statSync(join(directory, 'package.json')).mtimeMs;
  const isNew = marks.some((path) => statSync(path).mtimeMs >= wanted);
  return isNew && missingPackages(directory).length === 0 ? already : needed;
}

/** A failure with its reason after what the program printed, if that was captured. */
function failed({ output }: Ended, reason: string): Ended {
  return { ok: false, output: `${output.trimEnd()}\n${reason}`.trimStart() };
}

/** What is wrong after an install that reported success. */
function judge(ended: Ended, { packageManager }: Step<'install'>, directory: string): Ended {
  const missing = ended.ok ? missingPackages(directory) : [];
  const reason = `${packageManager} reported success, but did not install ${missing.join(', ')}. Check its settings.`;
  return missing.length === 0 ? ended : failed(ended, reason);
}

/** Runs the install, and shows its progress if it can be seen. */
async function installHere(
  { packageManager }: Step<'install'>,
  { directory: cwd, output, cancel, onLine }: Performing,
  variables: Record<string, string>,
): Promise<Ended> {
  const { install: command, progress } = packageManagers[packageManager];
  const seen = onLine === undefined ? undefined : progress;
  const env = { ...variables, ...seen?.variables };
  const { ok, output: said } = await run({ command, cwd, output, cancel, onLine, env });
  return { ok, output: seen === undefined ? said : said.replaceAll(seen.line, '') };
}

async function perform(step: Step<'install'>, performing: Performing): Promise<Ended> {
  const { directory, cancel, warn } = performing;
  const { packageManager } = step;
  const { unreachableRegistry } = await import('./registry.js');
  const unreachable = await unreachableRegistry({ packageManager, directory, cancel });
  if (cancel.aborted) {
    return { ok: false, output: '' };
  }
  if (unreachable === undefined) {
    return judge(await installHere(step, performing, {}), step, directory);
  }
  warn(unreachable);
  // A cache may have all packages. If it has not, the registry would be tried again for minutes.
  const { impatient } = packageManagers[packageManager];
  const ended = judge(await installHere(step, performing, impatient), step, directory);
  return ended.ok ? ended : failed(ended, unreachable);
}

/** Installs the dependencies. */
export const install: Kind<'install'> = { state: stateOf, perform };
