/** What a client knows when it decides how long to wait, as in the client module of a project. */
export interface Closed {
  code: number;
  reason: string;
  wasOpen: boolean;
  /** The attempts since the last connection that lasted. */
  failures: number;
}

/** @returns milliseconds; `random` returns a number from 0 up to 1 */
export type Policy = (closed: Closed, random: () => number) => number;

const file = new URL('../../templates/public/socket.js', import.meta.url).href;
const { retryDelay }: { retryDelay: Policy } = await import(file);

/** How clients reconnect, by name. The last two are the client module itself. */
export const policies = {
  'fixed 1 s': () => 1000,
  'half random from 0.5 s': ({ failures }, random) => {
    const longest = Math.min(30_000, 500 * 2 ** failures);
    return longest / 2 + random() * (longest / 2);
  },
  'full jitter from 1 s': ({ failures }, random) =>
    random() * Math.min(30_000, 1000 * 2 ** failures),
  'no window named': (closed, random) => retryDelay({ ...closed, reason: '' }, random),
  'window named': retryDelay,
} satisfies Record<string, Policy>;

export type PolicyName = keyof typeof policies;
