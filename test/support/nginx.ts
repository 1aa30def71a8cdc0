/** One directive with its arguments and the content of its block. */
export interface Directive {
  name: string;
  words: string[];
  block: Directive[];
}

const token = /\s+|#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]|(?:\\.|\$\{|[^\s;{}])+/gs;

function unquoted(text: string): string {
  return /^["']/.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : text;
}

/** @returns the directives of a configuration that nginx itself has accepted */
export function parseNginx(text: string): Directive[] {
  const stack: Directive[][] = [[]];
  let words: string[] = [];
  for (const [found] of text.matchAll(token)) {
    if (found === ';' || found === '{') {
      const [name = '', ...rest] = words;
      const directive: Directive = { name, words: rest, block: [] };
      stack.at(-1)?.push(directive);
      words = [];
      if (found === '{') {
        stack.push(directive.block);
      }
    } else if (found === '}') {
      stack.pop();
    } else if (!/^[\s#]/.test(found)) {
      words.push(unquoted(found));
    }
  }
  return stack[0] ?? [];
}

/** @returns the arguments of every directive with that name, at any depth */
export function wordsNamed(directives: Directive[], name: string): string[][] {
  const own = directives.filter((each) => each.name === name).map(({ words }) => words);
  return [...own, ...directives.flatMap(({ block }) => wordsNamed(block, name))];
}
