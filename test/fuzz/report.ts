import type { Failure } from './ledger.js';
import type { Options, Result } from './run.js';

const hexMost = 2000;

/** The results of a run, for people. */
export function report(result: Result, { seed, skip = [] }: Options): string {
  const { counts, echoes, before, after, logs, failures, faults } = result;
  const rows = [...counts].toSorted(([a], [b]) => a.localeCompare(b));
  const width = Math.max(...rows.map(([name]) => name.length));
  const kinds = rows.map(([name, outcomes]) => `${name.padEnd(width)}  ${outcomesOf(outcomes)}`);
  const total = new Map<string, number>();
  for (const [, outcomes] of rows) {
    outcomes.forEach((count, seen) => total.set(seen, (total.get(seen) ?? 0) + count));
  }
  const sizes = (['ws', 'wss'] as const).map((scheme) => {
    const [from, to] = [before[scheme], after[scheme]];
    return `${scheme}: RSS ${mb(from.rss)} before, ${mb(to.rss)} after; ${from.fds} fds before, ${to.fds} after`;
  });
  const logged = (['ws', 'wss'] as const).map((scheme) => {
    const { bytes, connections, longest } = logs[scheme];
    const each = Math.round(bytes / connections);
    return `${scheme}: ${each} bytes of log for each of ${connections} connections; the longest line has ${longest}`;
  });
  const without = skip.map((name) => ` --skip "${name}"`).join('');
  const faulty = failures.map((failure) => failureText(failure, `--seed ${seed}${without}`));
  return [
    ...kinds,
    '',
    `${'all'.padEnd(width)}  ${outcomesOf(total)}`,
    '',
    ...sizes,
    ...logged,
    `${echoes} echoes of the connections beside`,
    ...faulty,
    ...faults.map((fault) => `\n${fault}`),
    '',
  ].join('\n');
}

function outcomesOf(outcomes: Map<string, number>): string {
  const sorted = [...outcomes].toSorted(([, a], [, b]) => b - a);
  return sorted.map(([seen, count]) => `${seen}: ${count}`).join(', ');
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function failureText({ number, name, scheme, fault, sent }: Failure, again: string): string {
  const hex =
    sent.length > hexMost ? `${sent.slice(0, hexMost)}… (${sent.length / 2} bytes)` : sent;
  return `\nCase ${number}, ${name}, ${scheme}: ${fault}\n  again: npm run fuzz -- ${again} --from ${number} --cases 1\n  sent: ${hex}`;
}
