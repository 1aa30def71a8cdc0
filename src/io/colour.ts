type Environment = Record<string, string | undefined>;

/** The values by which `FORCE_COLOR` asks for colours; others forbid them (Node's `getColorDepth`). */
const forced = ['', '1', 'true', '2', '3'];

/**
 * @param terminal whether the stream is one
 * @returns whether text there is coloured: `FORCE_COLOR` wins over `NO_COLOR`, as it does in Node
 */
export function isColoured(terminal: boolean, env: Environment): boolean {
  if (env['FORCE_COLOR'] !== undefined) {
    return forced.includes(env['FORCE_COLOR']);
  }
  const refused = (env['NO_COLOR'] ?? '') !== '';
  return terminal && !refused && env['TERM'] !== 'dumb';
}
