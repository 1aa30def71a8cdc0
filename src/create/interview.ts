import { homedir } from 'node:os';
import type * as Clack from '../command/clack.js';
import type { Answers, AnswerValue, World } from '../options/answers.js';
import { InvalidValue } from '../core/errors.js';
import { expandHome } from '../core/paths.js';
import { askedTogether, type KnownAnswers, type Option } from '../options/options.js';
import { readValue } from '../options/values.js';
import { resolve, type Layers, type Resolution } from '../options/resolve.js';
import { leave } from '../command/leave.js';

/** Checks a typed path with the answers so far; throws InvalidValue. */
export type CheckOnDisk = (option: Option, value: AnswerValue, known: KnownAnswers) => void;

interface Asking {
  clack: typeof Clack;
  option: Option;
  known: KnownAnswers;
  /** The answer that Enter gives. */
  initial: AnswerValue | undefined;
  checkOnDisk: CheckOnDisk;
  /** Ends the question. */
  cancel: AbortSignal;
}

/** @returns what was typed, without spaces around it; in a path, `~` is the home folder */
function meant({ kind }: Option, typed: string): string {
  const isPath = kind === 'directory' || kind === 'path';
  return isPath ? expandHome(typed.trim(), homedir()) : typed.trim();
}

/** @returns what a prompt shows under an invalid answer; undefined for a valid one */
function complaint({ option, known, checkOnDisk }: Asking, typed: string): string | undefined {
  try {
    checkOnDisk(option, readValue(option, meant(option, typed)), known);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidValue) {
      return `${error.message} ${error.fix}`;
    }
    throw error;
  }
}

async function askFor(asking: Asking): Promise<unknown> {
  const { option, initial, clack, cancel: signal } = asking;
  const message = option.question?.message ?? option.summary;
  if (option.kind === 'boolean') {
    return clack.confirm({ message, initialValue: initial === true, signal });
  }
  if (option.choices !== undefined) {
    return clack.select({
      message,
      options: option.choices,
      initialValue: String(initial),
      signal,
    });
  }
  const suggestion = initial === undefined ? '' : String(initial);
  return clack.text({
    message,
    initialValue: option.kind === 'list' ? suggestion : '',
    placeholder: suggestion,
    defaultValue: suggestion,
    validate: (typed) =>
      complaint(asking, typed === undefined || typed === '' ? suggestion : typed),
    signal,
  });
}

/** Ctrl-D closes the input, and a question would wait forever. */
const endOfInput = '\u0004';

async function ask(asking: Asking): Promise<Partial<Answers>> {
  const { clack, option } = asking;
  const answer = await askFor(asking);
  const value = typeof answer === 'string' ? meant(option, answer) : answer;
  return clack.isCancel(answer) ? leave(asking) : { [option.name]: readValue(option, value) };
}

interface AskingMany extends Pick<Asking, 'clack' | 'known' | 'cancel'> {
  rows: Option[];
}

/** Asks for several booleans in one list. */
async function askForMany(asking: AskingMany): Promise<Partial<Answers>> {
  const { clack, rows, known, cancel } = asking;
  const names = rows.map(({ name }) => name);
  const chosen = await clack.multiselect({
    message: rows[0]?.question?.message ?? '',
    options: rows.map(({ name, question }) => ({ value: name, label: question?.line ?? name })),
    initialValues: names.filter((name) => known[name] === true),
    required: false,
    signal: cancel,
  });
  if (clack.isCancel(chosen)) {
    return leave(asking);
  }
  return Object.fromEntries(names.map((name) => [name, chosen.includes(name)]));
}

interface Interview {
  layers: Layers;
  world: World;
  checkOnDisk: CheckOnDisk;
  /** Ends the open question. */
  cancel: AbortSignal;
}

/**
 * Asks for the missing answers, one question at a time, in the order of the table. An answer can add
 * or remove later questions.
 * @returns the same layers with the new answers
 * @throws Cancelled if the user leaves
 */
export async function interview({
  layers,
  world,
  checkOnDisk,
  cancel,
}: Interview): Promise<Layers> {
  const asked: Partial<Answers> = { ...layers.asked };
  let state: Resolution = resolve({ ...layers, asked }, world);
  if (state.gaps.length === 0) {
    return layers;
  }
  const clack = await import('../command/clack.js');
  clack.updateSettings({ aliases: { [endOfInput]: 'cancel' } });
  clack.intro('create-fastify-wss');
  for (let gap = state.gaps[0]; gap !== undefined; gap = state.gaps[0]) {
    const certain = state.contradictions.find((contradiction) => contradiction.certain);
    if (certain !== undefined) {
      throw certain.error;
    }
    const { known } = state;
    const asking = { clack, option: gap, known, initial: known[gap.name], checkOnDisk, cancel };
    const rows = askedTogether(state.gaps);
    const asks =
      gap.question?.line === undefined ? ask(asking) : askForMany({ clack, rows, known, cancel });
    // oxlint-disable-next-line no-await-in-loop -- one question after another
    Object.assign(asked, await asks);
    state = resolve({ ...layers, asked }, world);
  }
  clack.outro('Done.');
  return { ...layers, asked };
}
