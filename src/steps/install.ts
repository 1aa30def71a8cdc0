import { statSync } from 'node:fs';
import { join } from 'node:path';
import { packageManagers } from '../options/package-managers.js';
import { run } from '../io/run.js';
import type { Ended } from '../io/child-process.js';
import { findUpwards, readIfExists } from '../io/environment.js';
import { missingPackages } from './installed.js';
import { already, needed, runCommand, type Kind, type Performing, type State } from './kind.js';
import type { Step } from './plan/step.js';

/** Whether pnpm left out a package's install script, since the workspace does not decide about it. */
function isUndecided(name: string, root: string): boolean {
  const state = readIfExists(join(root, 'node_modules/.modules.yaml')) ?? '{}';
  const { ignoredBuilds = [] }: { ignoredBuilds?: string[] } = JSON.parse(state);
  return ignoredBuilds.some((each) => each.startsWith(`${name}@`));
}

/** An install is done if its last file is not older than package.json, and every package is there. */
function stateOf(step: Step<'install'>, directory: string): State {
  const { packageManager, root, declines } = step;
  if (declines !== undefined) {
    return isUndecided(declines, root) ? needed : already;
  }
  const { installed } = packageManagers[packageManager];
  const marks = installed.flatMap((path) => findUpwards(directory, [path], root) ?? []);
  const wanted = statSync(join(directory, 'package.json')).mtimeMs;
  const isNew = marks.some((path) => statSync(path).mtimeMs >= wanted);
  return isNew && missingPackages(directory, root).length === 0 ? already : needed;
}

/** A failure with its reason after what the program printed, if that was captured. */
function failed({ output }: Ended, reason: string): Ended {
  return { ok: false, output: `${output.trimEnd()}\n${reason}`.trimStart() };
}

/** What is wrong after an install that reported success. */
function judge(ended: Ended, step: Step<'install'>, directory: string): Ended {
  const { packageManager, root } = step;
  const missing = ended.ok ? missingPackages(directory, root) : [];
  const reason = `${packageManager} reported success, but did not install ${missing.join(', ')}. Check its settings.`;
  return missing.length === 0 ? ended : failed(ended, reason);
}

/** Runs the install, and shows its progress if it can be seen. */
async function installHere(
  { packageManager, more = [] }: Step<'install'>,
  { directory: cwd, output, cancel, onLine }: Performing,
  variables: Record<string, string>,
): Promise<Ended> {
  const { install, progress } = packageManagers[packageManager];
  const command = [...install, ...more];
  const seen = onLine === undefined ? undefined : progress;
  const env = { ...variables, ...seen?.variables };
  const { ok, output: said } = await run({ command, cwd, output, cancel, onLine, env });
  return { ok, output: seen === undefined ? said : said.replaceAll(seen.line, '') };
}

async function perform(step: Step<'install'>, performing: Performing): Promise<Ended> {
  const { directory, cancel, warn } = performing;
  const { packageManager, declines } = step;
  if (declines !== undefined) {
    return runCommand(step, performing);
  }
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
