import { homedir } from 'node:os';
import { leave } from '../command/leave.js';
import type * as Clack from '../command/clack.js';
import { InvalidValue } from '../core/errors.js';
import { expandHome } from '../core/paths.js';
import type { Answers, World } from '../options/answers.js';
import { questionsOf, type KnownAnswers, type Option } from '../options/options.js';
import { commandOf } from '../options/complete.js';
import { quoteCommand } from '../core/quote.js';
import { resolve, type Layers } from '../options/resolve.js';
import { readValue } from '../options/values.js';
import { checkOnDisk } from './check-on-disk.js';
import { askAboutDirectory } from './occupied.js';

interface Asking {
  clack: typeof Clack;
  /** The rows of the question. */
  rows: Option[];
  /** Where the question stands, such as "3 of 8". */
  position: string;
  known: KnownAnswers;
  /** The answers that were given to it before the user went back. */
  earlier: Partial<Answers>;
  /** Whether files of an existing project may be replaced. */
  overwrite: boolean;
  /** Ends the question. */
  cancel: AbortSignal;
}

/** The answers to a question, or the symbol with which clack says that it was left. */
type Answered = Partial<Answers> | symbol;

/** @returns what was typed, without spaces around it; in a path, `~` is the home folder */
function meant({ kind }: Option, typed: string): string {
  const isPath = kind === 'directory' || kind === 'path';
  return isPath ? expandHome(typed.trim(), homedir()) : typed.trim();
}

/** @returns what a prompt shows under an invalid answer; undefined for a valid one */
function complaint({ known }: Asking, option: Option, typed: string) {
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

/** The answer that Enter gives. */
function initialOf({ earlier, known }: Asking, { name, question }: Option) {
  return earlier[name] ?? question?.initial ?? known[name];
}

function messageOf({ rows, position }: Asking): string {
  return `${rows[0]?.question?.message ?? ''} (${position})`;
}

function askFor(asking: Asking, option: Option): Promise<unknown> {
  const { clack, cancel: signal } = asking;
  const message = messageOf(asking);
  const initial = initialOf(asking, option);
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
      complaint(asking, option, typed === undefined || typed === '' ? suggestion : typed),
    signal,
  });
}

async function askForOne(asking: Asking, option: Option): Promise<Answered> {
  const answer = await askFor(asking, option);
  if (typeof answer === 'symbol') {
    return answer;
  }
  const value = typeof answer === 'string' ? meant(option, answer) : answer;
  return { [option.name]: readValue(option, value) };
}

/** Asks for several booleans in one list. */
async function askForMany(asking: Asking): Promise<Answered> {
  const { clack, rows, cancel: signal } = asking;
  const names = rows.map(({ name }) => name);
  const chosen = await clack.multiselect({
    message: messageOf(asking),
    options: rows.map(({ name, question }) => ({ value: name, label: question?.line ?? name })),
    initialValues: rows.filter((row) => initialOf(asking, row) === true).map(({ name }) => name),
    required: false,
    signal,
  });
  return typeof chosen === 'symbol'
    ? chosen
    : Object.fromEntries(names.map((name) => [name, chosen.includes(name)]));
}

/** Asks for `https` and `certSource` at once. */
async function askForHttps(asking: Asking, source: Option): Promise<Answered> {
  const { clack, earlier, cancel: signal } = asking;
  const none = { value: 'none', label: 'none: plain http:// and ws://' };
  const chosen = await clack.select({
    message: messageOf(asking),
    options: [...(source.choices ?? []), none],
    initialValue: earlier.https === false ? 'none' : String(initialOf(asking, source)),
    signal,
  });
  if (typeof chosen === 'symbol') {
    return chosen;
  }
  return chosen === 'none'
    ? { https: false }
    : { https: true, [source.name]: readValue(source, chosen) };
}

async function ask(asking: Asking): Promise<Answered> {
  const [first, second] = asking.rows;
  if (first === undefined || first.question?.line !== undefined) {
    return askForMany(asking);
  }
  if (second !== undefined) {
    return askForHttps(asking, second);
  }
  const answer = await askForOne(asking, first);
  return first.name === 'directory' && typeof answer !== 'symbol'
    ? askAboutDirectory(answer, asking)
    : answer;
}

/** Ctrl-D closes the input, and a question would wait forever. */
const endOfInput = '\u0004';

/** @returns whether the last key was Escape, which clack takes for a cancel like Ctrl-C */
function watchEscape(): { wasLast: () => boolean; stop: () => void } {
  const keys: (string | undefined)[] = [];
  const note = (_text: unknown, key?: { name?: string }): void => void (keys[0] = key?.name);
  process.stdin.prependListener('keypress', note);
  return {
    wasLast: () => keys[0] === 'escape',
    stop: () => void process.stdin.off('keypress', note),
  };
}

interface Interview extends Pick<Asking, 'overwrite' | 'cancel'> {
  layers: Layers;
  world: World;
  /** The words that start this program. */
  program: string[];
  /** What to say before the first question. */
  hints: string[];
}

type Place = Pick<Asking, 'clack' | 'overwrite' | 'cancel'>;

/** With a given source of the certificate, HTTPS is not a question. */
function impliedBy({ flag, file }: Layers): Partial<Answers> {
  const { https, certSource } = { ...file, ...flag };
  return https === undefined && certSource !== undefined ? { https: true } : {};
}

/** Asks about an occupied directory of the command line; without an answer, it is asked for. */
async function withDirectory(layers: Layers, place: Place, isBack: () => boolean): Promise<Layers> {
  const { directory, ...flag } = layers.flag;
  const answer = directory === undefined ? {} : await askAboutDirectory({ directory }, place);
  if (typeof answer === 'symbol' && !isBack()) {
    return leave(place);
  }
  return { ...layers, flag: typeof answer === 'symbol' ? flag : { ...flag, ...answer } };
}

/**
 * Asks for the missing answers, one question at a time, in the order of the table. An answer can add
 * or remove later questions. Escape goes back to the previous question.
 * @returns the layers with the new answers
 * @throws Cancelled if the user leaves
 */
export async function interview(asked: Interview): Promise<Layers> {
  const { layers, world, program, hints, overwrite, cancel } = asked;
  if (resolve(layers, world).gaps.length === 0) {
    return layers;
  }
  const clack = await import('../command/clack.js');
  clack.updateSettings({ aliases: { [endOfInput]: 'cancel' } });
  clack.intro('create-fastify-wss (Esc goes back, Ctrl-C quits)');
  hints.forEach((hint) => clack.log.warn(hint));
  const escape = watchEscape();
  const isBack = (): boolean => escape.wasLast() && !cancel.aborted;
  const place = { clack, overwrite, cancel };
  const answers: Partial<Answers>[] = [];
  const earlier: Partial<Answers> = {};
  try {
    const given = await withDirectory(layers, place, isBack);
    for (;;) {
      const all = { ...given, asked: Object.assign({}, given.asked, impliedBy(given), ...answers) };
      const { gaps, contradictions, known } = resolve(all, world);
      const certain = contradictions.find((contradiction) => contradiction.certain);
      const [rows, ...later] = questionsOf(gaps);
      if (certain !== undefined) {
        throw certain.error;
      }
      if (rows === undefined) {
        const command = quoteCommand(commandOf({ answers: known, world, program }));
        clack.outro(`The same without questions:\n${command}`);
        return all;
      }
      const position = `${answers.length + 1} of ${answers.length + 1 + later.length}`;
      // oxlint-disable-next-line no-await-in-loop -- one question after another
      const answer = await ask({ ...place, rows, position, known, earlier });
      if (typeof answer !== 'symbol') {
        answers.push(answer);
        Object.assign(earlier, answer);
      } else if (isBack()) {
        answers.pop();
      } else {
        leave(place);
      }
    }
  } finally {
    escape.stop();
  }
}
