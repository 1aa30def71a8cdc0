import { parseArgs } from 'node:util';
/**
 * What the rendered service does under load, next to bare ws and to other libraries, in one run.
 *
 * Options: `--rounds N`, `--seconds N` of each echo, `--only WORDS` of a title, `--no-peers` (nothing
 * is fetched then).
 */
import { checks, type Check } from './checks.js';
import { measures, type Measure, type Sample } from './measures.js';
import { heading, line, median, verdict } from './report.js';
import { bare, contenders, prepare, schemes, service, type Scheme } from './servers.js';

/** If the load generator was the bottleneck, a run says nothing about the server. */
const busiest = 0.8;

interface Extent {
  rounds: number;
  names: string[];
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/**
 * Measures every server once, then every server again, so that a slow minute affects all of them.
 */
async function rounds(
  { run, takes }: Measure,
  scheme: Scheme,
  { rounds: count, names }: Extent,
): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>();
  for (let round = 0; round < count; round += 1) {
    for (const name of names.filter(takes)) {
      const sample = await run({ name, scheme });
      samples.set(name, [...(samples.get(name) ?? []), sample]);
    }
  }
  return samples;
}

/** A round counts if the load generator slowed down neither the server nor bare ws. */
function ratiosOf(samples: Map<string, Sample[]>, name: string): number[] {
  const base = samples.get(bare) ?? [];
  const own = samples.get(name) ?? [];
  return own.flatMap(({ value, load }, round) => {
    const compared = base[round];
    const counts = compared !== undefined && Math.max(load, compared.load) < busiest;
    return counts ? [value / compared.value] : [];
  });
}

async function compare(measure: Measure, extent: Extent): Promise<void> {
  const { title, unit, more } = measure;
  for (const scheme of schemes) {
    print(heading(`${title}, ${scheme}://`));
    const samples = await rounds(measure, scheme, extent);
    for (const [name, own] of samples) {
      print(line({ name, unit, samples: own, ratios: ratiosOf(samples, name) }));
    }
    const ratio = median(ratiosOf(samples, service));
    print(verdict(ratio, { floor: measure.floor[scheme], goal: measure.goal[scheme], more }));
  }
}

async function judge({ title, unit, floor, goal, run }: Check): Promise<void> {
  for (const scheme of schemes) {
    print(heading(`${title}, ${scheme}://`));
    const value = await run(scheme);
    print(`  ${service.padEnd(22)} ${value.toFixed(1)} ${unit}`);
    print(verdict(value, { floor, goal, more: false }));
  }
}

interface Wanted {
  rounds: number;
  seconds: number;
  /** A part of the titles of the measurements. */
  only: string;
  withPeers: boolean;
}

async function printAll({ rounds: count, seconds, only, withPeers }: Wanted): Promise<void> {
  await prepare({ withPeers });
  const names = [bare, ...(withPeers ? contenders : ['fastify']), service];
  print(`Node.js ${process.versions.node}, ${count} rounds, medians; multiples are of bare ws.`);
  const chosen = ({ title }: { title: string }): boolean => title.includes(only);
  for (const measure of measures({ seconds }).filter(chosen)) {
    await compare(measure, { rounds: count, names });
  }
  for (const check of checks.filter(chosen)) {
    await judge(check);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
      only: { type: 'string', default: '' },
      'no-peers': { type: 'boolean', default: false },
    },
  });
  const wanted = {
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    only: values.only,
    withPeers: !values['no-peers'],
  };
  if (!Number.isInteger(wanted.rounds) || wanted.rounds < 1 || !(wanted.seconds > 0)) {
    process.stderr.write('Give --rounds a whole number from 1, and --seconds a number over 0.\n');
    process.exitCode = 2;
    return;
  }
  await printAll(wanted);
}

await main();
