/** @returns the code blocks of a language in Markdown, in order */
export function blocksOf(language: string, markdown: string): string[] {
  const block = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms');
  return [...markdown.matchAll(block)].map(([, code = '']) => code);
}
