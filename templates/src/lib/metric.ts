import { Counter, Gauge, type Registry } from 'prom-client';

/** A value, and the labels that tell it from other values of the same metric. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

interface Metric {
  /** A counter if it ends in `_total`, or else a gauge. */
  name: string;
  help: string;
  /** The names of the labels. */
  labels?: string[];
  /** Called each time when Prometheus collects. */
  read: () => number | Sample[];
}

/**
 * Adds a metric whose value is kept elsewhere, as a plain number. That keeps the library out of the
 * code that runs for each message, and easy to replace.
 */
export function addMetric(registry: Registry, { name, help, labels = [], read }: Metric): void {
  function collect(this: Counter | Gauge): void {
    this.reset();
    const found = read();
    const samples = typeof found === 'number' ? [{ labels: {}, value: found }] : found;
    for (const sample of samples) this.inc(sample.labels, sample.value);
  }
  const metric = { name, help, labelNames: labels, registers: [], collect };
  registry.registerMetric(name.endsWith('_total') ? new Counter(metric) : new Gauge(metric));
}

/** The samples of a metric with one label. */
export function samplesOf(label: string, values: Iterable<[string, number]>): Sample[] {
  return Array.from(values, ([name, value]) => ({ labels: { [label]: name }, value }));
}
