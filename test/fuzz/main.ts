/**
 * Sends malformed and unusual input to the rendered service, and compares its behaviour with the
 * RFCs.
 *
 * Options: `--cases N` (100,000 by default), `--seed S`, `--from N` for the first case, and `--skip
 * KIND`, which may be repeated.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { renderService } from '../support/service.js';
import { kindNames } from './cases.js';
import { report } from './report.js';
import { run, type Options } from './run.js';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** @throws {Error} for an invalid value */
function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      from: { type: 'string', default: '0' },
      skip: { type: 'string', multiple: true, default: [] },
    },
  });
  const [cases = 0, seed = 0, from = 0] = [values.cases, values.seed, values.from].map(Number);
  if (cases < 1 || ![cases, seed, from].every((value) => Number.isSafeInteger(value))) {
    throw new Error('--cases, --seed and --from are whole numbers, the first of them from 1.');
  }
  const unknown = values.skip.find((name) => !kindNames.includes(name));
  if (unknown !== undefined) {
    throw new Error(`There is no kind "${unknown}". The kinds:\n${kindNames.join('\n')}`);
  }
  return { cases, seed, from, skip: values.skip };
}

async function fuzz(options: Options): Promise<boolean> {
  const rendered = await renderService();
  const services = { ws: await rendered.start('ws'), wss: await rendered.start('wss') };
  const start = performance.now();
  try {
    const result = await run(services, {
      ...options,
      onProgress: (done, failures) => {
        if (done % 10_000 === 0) {
          say(`${done} cases, ${failures} failures`);
        }
      },
    });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const wrong = result.failures.length + result.faults.length;
    say(report(result, options));
    say(
      `Seed ${options.seed}: ${result.played} of ${options.cases} cases in ${seconds} s, ${wrong} failures`,
    );
    return wrong === 0;
  } finally {
    await Promise.all([services.ws.stop(), services.wss.stop()]);
    rendered.remove();
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  say(`Seed ${options.seed}`);
  process.exitCode = (await fuzz(options)) ? 0 : 1;
}

await main();
