/** The width of all texts, in characters: longer lines are hard to read, and shorter ones break words. */
export const columns = Math.min(Math.max(process.stdout.columns || 80, 50), 80);

/** @returns the lines of a text, broken between words, with an indent on each except the first */
export function wrapped(text: string, indent: string, first = indent): string[] {
  const lines = [first];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    const isStart = last.trim() === '' || last === first;
    if (!isStart && last.length + word.length >= columns) {
      lines.push(indent + word);
    } else {
      lines[lines.length - 1] = isStart ? last + word : `${last} ${word}`;
    }
  }
  return lines;
}
