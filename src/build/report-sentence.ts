/**
 * @param manifest of this package, where `bugs` is what npm makes of it: an object with an address
 * @returns what is said below an error that was not foreseen
 */
export function reportSentence({ bugs }: { name: string; bugs?: { url?: string } }): string {
  const place = bugs?.url === undefined ? '' : ` at ${bugs.url}`;
  return `Please report this${place}, with the output of --verbose.`;
}
