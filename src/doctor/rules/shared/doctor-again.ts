import type { Flag, Surroundings } from '../../evidence.js';

/**
 * @param more the URL and the flags to replace or to add
 * @returns the command that runs doctor again
 */
export function doctorAgain(
  { ownCommand, typed }: Pick<Surroundings, 'ownCommand' | 'typed'>,
  more: { url?: string; flags: Flag[] },
): string[] {
  const { url = typed.url } = more;
  const kept = typed.flags.filter(([name]) => !more.flags.some(([other]) => other === name));
  const words = [...(url === undefined ? [] : [url]), ...kept.flat(), ...more.flags.flat()];
  return [...ownCommand, 'doctor', ...words];
}
