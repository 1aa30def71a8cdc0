/**
 * Opens and ends many connections to the rendered service, in rounds. It fails if the heap grows by
 * more than a tenth from the first round to the last, or if a handle is left.
 *
 * Options: `--connections N` for all rounds together (50,000 by default), `--rounds R` (5).
 */
import { parseArgs } from 'node:util';
import { renderService } from '../support/service.js';
import { measureRounds, type Measure } from './rounds.js';

const growthMost = 1.1;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** @throws {Error} for an invalid value */
function readOptions() {
  const { values } = parseArgs({
    options: {
      connections: { type: 'string', default: '50000' },
      rounds: { type: 'string', default: '5' },
    },
  });
  const [connections = 0, rounds = 0] = [values.connections, values.rounds].map(Number);
  if (![connections, rounds].every((value) => Number.isSafeInteger(value) && value > 0)) {
    throw new Error('--connections and --rounds are whole numbers from 1.');
  }
  return { connections: Math.ceil(connections / rounds), rounds };
}

const columns = [9, 7, 10, 10, 7, 5];

function line(cells: string[], rest: string): string {
  const padded = cells.map((cell, index) => cell.padStart(columns[index] ?? 0));
  return `${padded.join('  ')}  ${rest}`;
}

function row({ scheme, round, holdings, ratio, left }: Measure): string {
  const { heapUsed, rss, fds, handles } = holdings;
  const sizes = [heapUsed, rss].map((bytes) => (bytes / 1e6).toFixed(2));
  const held = Object.entries(handles).map(([kind, count]) => `${kind} ${count}`);
  const over = left.length === 0 ? '' : ` (left over: ${left.join(', ')})`;
  const cells = [scheme, String(round), ...sizes, round === 0 ? '' : ratio.toFixed(3), String(fds)];
  return line(cells, held.join(', ') + over);
}

function mistakes(measures: Measure[], rounds: number): string[] {
  const last = measures.filter(({ round }) => round === rounds);
  const grown = last
    .filter(({ ratio }) => ratio > growthMost)
    .map(
      ({ scheme, ratio }) => `The heap of the ${scheme} service has grown: ${ratio.toFixed(3)}.`,
    );
  const held = last
    .filter(({ left }) => left.length > 0)
    .map(({ scheme, left }) => `The ${scheme} service still holds ${left.join(', ')}.`);
  return [...grown, ...held];
}

async function main(): Promise<void> {
  const { connections, rounds } = readOptions();
  const rendered = await renderService();
  const start = performance.now();
  say(`${rounds} rounds of ${connections} connections, sizes in MB after a collection\n`);
  say(line(['service', 'round', 'heap', 'RSS', 'ratio', 'fds'], 'handles'));
  try {
    const onMeasure = (measure: Measure): void => say(row(measure));
    const measures = await measureRounds(rendered, { connections, rounds, onMeasure });
    const wrong = mistakes(measures, rounds);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    say(`\n${wrong.length === 0 ? 'Nothing is left over.' : wrong.join('\n')} (${seconds} s)`);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } finally {
    rendered.remove();
  }
}

await main();
