import { parseAnswersFile } from '../options/answers-file.js';
import type { Typed } from './arguments.js';
import { npmHints, withKeptSwitches } from '../command/npm-call.js';
import { operand } from '../core/quote.js';
import { flagWords } from '../options/repeat.js';
import { complete, type Gathered } from '../options/complete.js';
import type { Layers } from '../options/resolve.js';
import type { World } from '../options/answers.js';
import { UserError } from '../core/errors.js';
import { namesIn } from '../pair/pem.js';
import { findManager } from './found-manager.js';
import { readAnswersText } from './inputs.js';
import { runningPackageManager, whyNoPrompts } from '../io/environment.js';
import { findProgram } from '../io/programs.js';
import { withTerminal } from '../io/signals.js';
import { isTrusted } from '../trust/check.js';
import { checkManager } from './plan/package-manager.js';
import { interview } from './interview.js';
import { requireMkcert } from '../steps/trust-result.js';

async function layersOf({ flags, controls }: Typed, cancel: AbortSignal): Promise<Layers> {
  const path = controls.answers;
  if (path === undefined) {
    return { flag: flags, file: {}, asked: {} };
  }
  const text = await readAnswersText(path, cancel);
  return { flag: flags, file: parseAnswersFile(path === '-' ? 'stdin' : path, text), asked: {} };
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
    return { packageManager, mkcert, trusted: false, namesIn };
  }
  return { packageManager, mkcert, trusted: await isTrusted(), namesIn };
}

/** @returns why a run asks nothing; undefined if it asks for missing answers */
export function whyNoQuestions({ controls }: Typed): string | undefined {
  if (controls.yes === true) {
    return '--yes is given';
  }
  return controls.json === true ? '--json is given' : whyNoPrompts();
}

/** The answers of a run. */
export interface Answered extends Gathered {
  /** Whether a person wants the project to be started at the end. */
  start: boolean;
}

/**
 * Gathers the answers of a run from flags, the answers file, prompts and defaults.
 * @throws UserError for contradictions, and for missing answers in a run without prompts
 * @throws Cancelled if the user leaves at a question
 */
export async function gather(
  typed: Typed,
  program: string[],
  cancel: AbortSignal,
): Promise<Answered> {
  const why = whyNoQuestions(typed);
  const world = await lookAround(why === undefined);
  const given = withVerification(await layersOf(typed, cancel), typed.controls);
  if (given.flag.mkcertInstall === true) {
    requireMkcert('--mkcert-install');
  }
  const told = lookAtManager(given, world);
  const overwrite = typed.controls.overwrite === true;
  const lost = npmHints(process.env);
  const ask = (): Promise<Layers> =>
    interview({ layers: given, world, program, hints: lost, overwrite, cancel });
  const layers = why === undefined ? await withTerminal(ask) : given;
  const yes = typed.controls.yes === true;
  const hint = `There are no prompts: ${why ?? ''}. Pass --yes to use the defaults.`;
  const hints = [...(yes ? [] : [hint]), ...lost];
  const { directory, ...flags } = typed.flags;
  const named = directory === undefined ? [] : [operand(directory)];
  const meant = withKeptSwitches(process.env, named, flagWords(flags, Object.keys(flags)));
  const { answers, warnings } = complete({ layers, world, program, yes, hints, meant });
  const start = why === undefined && layers.asked.install === true && given.asked.install !== true;
  return { answers, warnings: [...told, ...warnings], start };
}
