/**
 * Creates every possible project, or some of them, and expects each to install, lint, test, check,
 * build and run.
 *
 * Options: `--only WORDS` for those with all these words in their name, `--sample N` for a random
 * sample of this size, `--seed S` to repeat a sample, `--jobs J` for the number of parallel jobs
 * (2), and `--list` to only print the names.
 */
import { everyChoice, fewExtras, nameOf, type Choice } from '../support/choices.js';
import { openWorkshop, tryChoice, type Workshop } from '../support/matrix.js';
import { ownMajor } from '../support/nodes.js';
import { lookUpRegistry } from '../support/registry.js';
import { chosen, readOptions, type Options } from './options.js';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const secondsSince = (start: number): string =>
  `${Math.round((performance.now() - start) / 1000)} s`;

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-60).join('\n');
}

/** Tries one project, prints its line, and returns whether it succeeded. */
async function report(choice: Choice, workshop: Workshop): Promise<boolean> {
  const start = performance.now();
  try {
    await tryChoice(choice, workshop);
    say(`ok      ${nameOf(choice)} (${secondsSince(start)})`);
    return true;
  } catch (error) {
    const reason = lastLines(error instanceof Error ? error.message : String(error));
    say(`FAILED  ${nameOf(choice)} (${secondsSince(start)})\n${reason.replaceAll(/^/gm, '    ')}`);
    return false;
  }
}

/**
 * Tries them all, several in parallel.
 *
 * @returns the failed ones
 */
async function tryAll(choices: Choice[], { jobs }: Options): Promise<Choice[]> {
  const workshop = openWorkshop();
  const waiting = [...choices];
  const failed: Choice[] = [];
  const work = async (): Promise<void> => {
    for (let choice = waiting.shift(); choice !== undefined; choice = waiting.shift()) {
      if (!(await report(choice, workshop))) {
        failed.push(choice);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, work));
    return failed;
  } finally {
    await workshop.remove();
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const choices = chosen(everyChoice([ownMajor], fewExtras), options);
  if (options.list || choices.length === 0) {
    say(choices.length === 0 ? 'No project is named so.' : choices.map(nameOf).join('\n'));
    process.exitCode = choices.length === 0 ? 1 : 0;
    return;
  }
  const start = performance.now();
  const drawn = options.sample === undefined ? '' : `, drawn with --seed ${options.seed}`;
  say(`${choices.length} projects${drawn}`);
  lookUpRegistry();
  const failed = await tryAll(choices, options);
  say(
    `\n${choices.length - failed.length} passed, ${failed.length} failed (${secondsSince(start)})`,
  );
  failed.forEach((choice) => say(`failed: ${nameOf(choice)}`));
  process.exitCode = failed.length === 0 ? 0 : 1;
}

await main();
