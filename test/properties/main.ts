/**
 * Tests the properties of names and values with many runs.
 *
 * Options: `--runs N` (20,000 by default; slow ones get a fraction), `--seed S`, and `--only TEXT`
 * for those whose name contains the text.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { messageOf } from '../../src/core/errors.js';
import { sandbox } from '../support/sandbox.js';
import { properties } from './all.js';
import { folderProperty } from './folders.js';
import type { Property } from './property.js';
import { caddyProperty, nginxProperty } from './sites.js';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** @throws {Error} for an invalid value */
function readOptions() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      only: { type: 'string', default: '' },
    },
  });
  const [runs = 0, seed = 0] = [values.runs, values.seed].map(Number);
  if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
    throw new Error('--runs and --seed are whole numbers, the first of them from 1.');
  }
  return { runs, seed, only: values.only };
}

interface Trial {
  property: Property;
  runs: number;
  seed: number;
}

/** @returns whether the property held */
async function holds({ property, runs, seed }: Trial): Promise<boolean> {
  const numRuns = Math.ceil(runs * property.share);
  const start = performance.now();
  try {
    await property.check({ numRuns, seed });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    say(`✓ ${property.name}: ${numRuns} runs in ${seconds} s`);
    return true;
  } catch (error) {
    const cause = error instanceof Error ? messageOf(error.cause) : '';
    say(`✗ ${property.name}\n${messageOf(error)}\n${cause}`);
    return false;
  }
}

async function main(): Promise<void> {
  const { runs, seed, only } = readOptions();
  const place = sandbox();
  say(`Seed ${seed}`);
  try {
    const all = [...properties, folderProperty(place), caddyProperty(place), nginxProperty(place)];
    const wrong: string[] = [];
    for (const property of all.filter(({ name }) => name.includes(only))) {
      if (!(await holds({ property, runs, seed }))) {
        wrong.push(property.name);
      }
    }
    say(`Again: npm run properties -- --runs ${runs} --seed ${seed}`);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } finally {
    await place.remove();
  }
}

await main();
