import type { Service } from './helper.js';

/** Where a service serves its metrics. */
export async function metricsUrl({ log }: Pick<Service, 'log'>): Promise<string> {
  const { port } = await log.has(/^Metrics are served/);
  return `http://127.0.0.1:${port}/metrics`;
}

/** Reads metrics as Prometheus does: `{ 'name{label="value"}': 1 }`. */
export async function scrape(url: string): Promise<Record<string, number>> {
  const text = await (await fetch(url)).text();
  const lines = text.split('\n').filter((line) => /^\w/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}
