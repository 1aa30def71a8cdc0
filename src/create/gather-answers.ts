import { basename, resolve as resolvePath } from 'node:path';
import { parseAnswersFile } from '../options/answers-file.js';
import type { Typed } from './arguments.js';
import { npmHints } from '../command/npm-call.js';
import { complete, type Gathered } from '../options/complete.js';
import type { Layers } from '../options/resolve.js';
import type { World } from '../options/answers.js';
import { InvalidValue, UserError } from '../core/errors.js';
import { isForeignProject, isVacant } from './disk/compare.js';
import { checkPem, checkPemFiles } from '../pair/pem.js';
import { findManager } from './found-manager.js';
import { readAnswersText } from './inputs.js';
import { runningPackageManager, whyNoPrompts } from '../io/environment.js';
import { findProgram } from '../io/programs.js';
import { withTerminal } from '../io/signals.js';
import { isTrusted } from '../trust/check.js';
import { checkManager } from './plan/package-manager.js';
import { projectName } from './plan/project-name.js';
import { interview, type CheckOnDisk } from './interview.js';
import { requireMkcert } from '../steps/trust-result.js';

async function layersOf({ flags, controls }: Typed, cancel: AbortSignal): Promise<Layers> {
  const path = controls.answers;
  if (path === undefined) {
    return { flag: flags, file: {}, asked: {} };
  }
  const text = await readAnswersText(path, cancel);
  return { flag: flags, file: parseAnswersFile(path === '-' ? 'stdin' : path, text), asked: {} };
}

/** At a prompt, reports foreign files before the other questions, not after them. */
function checkPlace(directory: string, overwrite: boolean): void {
  projectName(basename(directory));
  if (!isVacant(directory) && !overwrite && isForeignProject(directory)) {
    throw new InvalidValue(
      `${directory} contains another project.`,
      'Choose another directory, or start again with --overwrite.',
    );
  }
}

/** Checks paths when they are typed, so that the user can correct them there. */
function checksOnDisk({ controls }: Typed): CheckOnDisk {
  return (option, value, known) => {
    try {
      if (option.kind === 'directory') {
        checkPlace(resolvePath(String(value)), controls.overwrite === true);
      } else if (option.name === 'certFile') {
        checkPemFiles({ ...known, certFile: String(value) });
      } else if (option.kind === 'path') {
        checkPem(option.name, String(value));
      }
    } catch (error) {
      if (error instanceof UserError) {
        // The prompt already names the option.
        throw new InvalidValue(error.message.replace(/^(--[a-z-]+|\[directory]): /, ''), error.fix);
      }
      throw error;
    }
  };
}

/** --verify needs an install: does not ask for it, and refuses --no-install. */
function withVerification(layers: Layers, { verify }: Typed['controls']): Layers {
  if (verify !== true) {
    return layers;
  }
  if ((layers.flag.install ?? layers.file.install) === false) {
    throw new UserError(
      '--verify needs --install, not --no-install.',
      'Leave out --verify or --no-install.',
      { code: 'contradiction', stage: 'answers' },
    );
  }
  return { ...layers, asked: { ...layers.asked, install: true } };
}

/** @returns warnings about the package manager; it is an error if it cannot install the project */
function lookAtManager({ flag, file }: Layers, world: World): string[] {
  const packageManager = flag.packageManager ?? file.packageManager ?? world.packageManager;
  const found = findManager(packageManager);
  const install = (flag.install ?? file.install) !== false;
  return checkManager({ packageManager, found, node: process.versions.node }, install);
}

/** @returns what questions may depend on; only checks the trust stores if there are questions */
async function lookAround(asks: boolean): Promise<World> {
  const mkcert = asks && findProgram('mkcert') !== undefined;
  const packageManager = runningPackageManager();
  if (!mkcert) {
    return { packageManager, mkcert, trusted: false };
  }
  return { packageManager, mkcert, trusted: await isTrusted() };
}

/** @returns why a run asks nothing; undefined if it asks for missing answers */
export function whyNoQuestions({ controls }: Typed): string | undefined {
  if (controls.yes === true) {
    return '--yes is given';
  }
  return controls.json === true ? '--json is given' : whyNoPrompts();
}

/**
 * Gathers the answers of a run from flags, the answers file, prompts and defaults.
 * @throws UserError for contradictions, and for missing answers in a run without prompts
 * @throws Cancelled if the user leaves at a question
 */
export async function gather(
  typed: Typed,
  version: string,
  cancel: AbortSignal,
): Promise<Gathered> {
  const why = whyNoQuestions(typed);
  const world = await lookAround(why === undefined);
  const given = withVerification(await layersOf(typed, cancel), typed.controls);
  if (given.flag.mkcertInstall === true) {
    requireMkcert('--mkcert-install');
  }
  const told = lookAtManager(given, world);
  const checkOnDisk = checksOnDisk(typed);
  const ask = (): Promise<Layers> => interview({ layers: given, world, checkOnDisk, cancel });
  const layers = why === undefined ? await withTerminal(ask) : given;
  const yes = typed.controls.yes === true;
  const hint = `There are no prompts: ${why ?? ''}. Pass --yes to use the defaults.`;
  const hints = [...(yes ? [] : [hint]), ...npmHints(process.env)];
  const { answers, warnings } = complete({ layers, world, version, yes, hints });
  return { answers, warnings: [...told, ...warnings] };
}
