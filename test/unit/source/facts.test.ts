import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { root } from '../../support/cli.js';

/** One kind of facts: where they are kept, and what a file contains that has its own copy. */
interface Kind {
  kind: string;
  homes: string[];
  said: RegExp;
  /** What its home contains, if that differs. */
  kept?: RegExp;
  /** Code with a second home for it. */
  examples: string[];
}

const kinds: Kind[] = [
  {
    kind: 'hosts, addresses and ports',
    homes: ['hosts', 'address-space', 'loopback', 'ports'].map((name) => `core/${name}.ts`),
    said: new RegExp(
      [
        // In a regular expression: names and addresses of this machine, ranges, brackets.
        /^\/.*(localhost|127|192\W*168|::1)/,
        /^\/\^\\\[/,
        // As a text or a number: a range, a default port, a bracket that is searched or added.
        /^([\d.]+|[\da-f:]+)\/\d+$/,
        /^443$|^\[$|:\/\/\[$/,
        /^canParse$/,
      ]
        .map(({ source }) => source)
        .join('|'),
    ),
    examples: [
      '/^(localhost|::1)$/.test(host)',
      '/^127\\..*/.test(host)',
      '/192\\.168\\..*/.test(host)',
      "host.replace(/^\\[|\\]$/g, '')",
      "host.startsWith('[')",
      'new URL(`http://[${name}]`)',
      "range('10.0.0.0/8')",
      "range('fe80::/10')",
      'const port = 443',
      'URL.canParse(text)',
    ],
  },
  {
    kind: 'the longest validity of a certificate',
    homes: ['core/certificate-facts.ts'],
    said: /^825$/,
    examples: ['const mostDays = 825'],
  },
  {
    kind: 'the paths of the development certificate',
    homes: ['core/paths.ts'],
    said: /^(key|cert)\.pem$|certs\/(key|cert)\.pem/,
    examples: ["join(folder, 'key.pem')", "const files = ['certs/cert.pem']"],
  },
  {
    kind: 'the name of a trust store',
    homes: ['trust/stores/chromium.ts', 'trust/stores/firefox.ts', 'trust/check.ts'],
    said: /^(chromium|firefox)$/,
    examples: ["const stores = ['system', 'chromium', 'firefox']"],
  },
  {
    kind: 'the package managers',
    homes: ['options/package-managers.ts'],
    kept: /^pnpm$/,
    said: /pnpm(,|\|)yarn/,
    examples: ["const known = ['pnpm', 'yarn', 'bun']", '/^(pnpm|yarn|bun)\\//.test(agent)'],
  },
];

/** @returns the texts, numbers, regular expressions, lists of texts and names in a file */
function wordsIn(source: string): string[] {
  const found: string[] = [];
  const visitor = new Visitor({
    Literal: (node) => {
      found.push('regex' in node ? `/${node.regex.pattern}/` : String(node.value));
    },
    TemplateElement: ({ value }) => {
      found.push(value.raw);
    },
    ArrayExpression: ({ elements }) => {
      const texts = elements.map((each) => (each?.type === 'Literal' ? String(each.value) : ''));
      found.push(`[${texts.join(',')}]`);
    },
    Identifier: ({ name }) => {
      found.push(name);
    },
  });
  visitor.visit(parseSync('source.ts', source).program);
  return found;
}

const src = join(root, 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, words: wordsIn(readFileSync(join(src, path), 'utf8')) }));

describe.each(kinds)('of $kind', ({ homes, said, kept = said, examples }) => {
  it.each(examples)('a fact is found in %s', (source) => {
    expect(wordsIn(source).filter((word) => said.test(word))).not.toEqual([]);
  });

  it('each has its home', () => {
    const known = files.filter(({ path }) => homes.includes(path));
    expect(known).toHaveLength(homes.length);
    expect(known.flatMap(({ words }) => words).some((word) => kept.test(word))).toBe(true);
  });

  it('none has a second one', () => {
    const second = files
      .filter(({ path }) => !homes.includes(path))
      .flatMap(({ path, words }) =>
        words.filter((word) => said.test(word)).map((word) => `${path}: ${word}`),
      );
    expect(second).toEqual([]);
  });
});
