import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { randomOf } from '../fuzz/random.js';
import { nameOf, type Choice } from '../support/choices.js';

/** The options of `npm run matrix`. */
export interface Options {
  /** Words that the name of a project must contain, all of them. */
  words: string[];
  /** The number of projects to try. By default, all. */
  sample: number | undefined;
  seed: number;
  jobs: number;
  list: boolean;
}

/** @throws {Error} for an invalid value */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      sample: { type: 'string' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      jobs: { type: 'string', default: '2' },
      list: { type: 'boolean', default: false },
    },
  });
  const { sample, list, only } = values;
  return {
    words: only.flatMap((text) => text.split(/[\s,]+/)).filter((word) => word !== ''),
    sample: sample === undefined ? undefined : whole('--sample', sample, 1),
    seed: whole('--seed', values.seed, 0),
    jobs: whole('--jobs', values.jobs, 1),
    list,
  };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`${name} is a whole number from ${least}.`);
  }
  return value;
}

/** @returns the selected choices, in their order; the same seed gives the same sample */
export function chosen(all: Choice[], { words, sample, seed }: Options): Choice[] {
  const named = all.filter((choice) => {
    const own = nameOf(choice).split(' ');
    return words.every((word) => own.includes(word));
  });
  if (sample === undefined) {
    return named;
  }
  const lots = named.map((choice, index) => ({
    choice,
    lot: randomOf(seed, index).int(0, 2 ** 31),
  }));
  const drawn = new Set(lots.toSorted((a, b) => a.lot - b.lot).slice(0, sample));
  return lots.filter((each) => drawn.has(each)).map(({ choice }) => choice);
}
