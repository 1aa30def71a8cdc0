/**
 * @param manifest of this package, where `bugs` is what npm makes of it: an object with an address, which is
 *   empty until it is known
 * @returns what is said below an error that was not foreseen
 */
export function reportSentence({ bugs }: { name: string; bugs?: { url?: string } }): string {
  const { url = '' } = bugs ?? {};
  const place = url === '' ? '' : ` at ${url}`;
  return `Please report this${place}, with the output of --verbose.`;
}
