import type { Sample } from './measures.js';

/** @returns the median; NaN without numbers */
export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low = Number.NaN, high = Number.NaN] = [Math.floor(middle), Math.ceil(middle)].map(
    (index) => sorted[index],
  );
  return (low + high) / 2;
}

export function heading(title: string): string {
  return `\n${title}`;
}

interface Line {
  name: string;
  unit: string;
  samples: Sample[];
  /** Only of the rounds that count. */
  ratios: number[];
}

function range(numbers: number[]): string {
  return `${Math.min(...numbers).toFixed(2)} to ${Math.max(...numbers).toFixed(2)}`;
}

/**
 * One server: its median, its result divided by that of bare ws, and how busy the load generator
 * was at most.
 */
export function line({ name, unit, samples, ratios }: Line): string {
  const value = median(samples.map((sample) => sample.value));
  const digits = value < 100 ? 1 : 0;
  const multiple = ratios.length === 0 ? 'no round counts' : `x ${median(ratios).toFixed(2)}`;
  const spread = ratios.length < 2 ? '' : ` (${range(ratios)}; ${ratios.length} rounds count)`;
  const load = Math.max(...samples.map((sample) => sample.load));
  const busy = load === 0 ? '' : `, load at ${Math.round(load * 100)} %`;
  return `  ${name.padEnd(22)} ${value.toFixed(digits).padStart(8)} ${unit}  ${multiple}${spread}${busy}`;
}

interface Marks {
  /** The minimum. */
  floor: number;
  /** The goal. */
  goal: number;
  /** Whether higher is better. */
  more: boolean;
}

/** Whether the rendered service reaches its minimum and its goal. */
export function verdict(value: number, { floor, goal, more }: Marks): string {
  const reaches = (mark: number): boolean => (more ? value >= mark : value <= mark);
  const kept = reaches(floor) ? 'floor kept' : 'FLOOR MISSED';
  return `  floor ${floor}, goal ${goal}: ${reaches(goal) ? 'goal reached' : kept}`;
}
