import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { root } from '../../support/cli.js';

/** Words that make readers stop, each with the usual one. */
const plainer: Record<string, string> = {
  alone: 'only',
  anew: 'again',
  'ask(?:s|ed)? after': 'checks',
  'authorit(?:y|ies)': 'CA',
  behind: 'after',
  'by us': 'the name of the program',
  nobody: 'no one, or the active voice',
  'of ours': 'the name of the program',
  'so many': 'the number',
  somebody: 'who it is',
  'the way out': 'what to do',
  'those that': 'the noun',
  'though it be': 'even if',
  'what is there': 'existing',
  whom: 'who it is',
  'without end': 'endless, forever',
};

/** Where the word is right. */
const legitimate = /behind (?:(?:a|the|your) (?:(?:reverse|trusted) )?proxy|…|%s)/gi;

/** Parts of the syntax tree that contain no text for people. */
const unread = ['ImportDeclaration', 'ImportExpression', 'ExportNamedDeclaration'];

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** @returns the texts of string and template literals, without the names of modules */
function textsIn(node: unknown): string[] {
  if (Array.isArray(node)) {
    return node.flatMap(textsIn);
  }
  if (!isRecord(node) || node['type'] === 'RegExp') {
    return [];
  }
  if (node['type'] === 'Literal') {
    return typeof node['value'] === 'string' ? [node['value']] : [];
  }
  if (node['type'] === 'TemplateLiteral' && Array.isArray(node['quasis'])) {
    const quasis: unknown[] = node['quasis'];
    const words = quasis.map((each) => (isRecord(each) && isRecord(each['value']) ? each : {}));
    const text = words.map(({ value }) => (isRecord(value) ? String(value['raw']) : ''));
    return [text.join('…'), ...textsIn(node['expressions'])];
  }
  const children = unread.includes(String(node['type']))
    ? [node['declaration']]
    : Object.values(node);
  return children.flatMap(textsIn);
}

/** @returns the titles of tests and of their groups */
function titlesIn(node: unknown): string[] {
  if (Array.isArray(node)) {
    return node.flatMap(titlesIn);
  }
  if (!isRecord(node)) {
    return [];
  }
  const title = node['type'] === 'CallExpression' && isTest(node['callee']) ? titleOf(node) : [];
  return [...title, ...Object.values(node).flatMap(titlesIn)];
}

/** Whether a call is one of `test`, `it.skip`, `describeWith` or `it.each(rows)`. */
function isTest(callee: unknown): boolean {
  if (!isRecord(callee)) {
    return false;
  }
  const { name } = callee;
  return typeof name === 'string'
    ? /^(describe|it|test)([A-Z]|$)/.test(name)
    : isTest(callee['object'] ?? callee['callee']);
}

function titleOf({ arguments: given }: Record<string, unknown>): string[] {
  const literals = ['Literal', 'TemplateLiteral'];
  const isText = (each: unknown) => isRecord(each) && literals.includes(String(each['type']));
  return Array.isArray(given) ? textsIn(given.filter(isText)) : [];
}

function parse(path: string) {
  return parseSync(path, readFileSync(join(root, path), 'utf8'));
}

/** @returns the words of a text to replace, each with the usual one and its context */
function oddWords(text: string): string[] {
  const judged = text.replaceAll(legitimate, '');
  return Object.entries(plainer).flatMap(([word, usual]) =>
    [...judged.matchAll(new RegExp(`.{0,30}\\b${word}\\b.{0,30}`, 'gi'))].map(
      ([around]) => `"${around}": ${usual}`,
    ),
  );
}

/** @returns the paths of the sources in a folder */
function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.[jt]s$/.test(path))
    .map((path) => join(folder, path));
}

describe('the words', () => {
  it('of messages are the usual ones', () => {
    const texts = sourcesIn('src').flatMap((path) => textsIn(parse(path).program));
    expect(texts.length).toBeGreaterThan(1000);
    expect(texts.flatMap(oddWords)).toEqual([]);
  });

  it.each(['src', 'public', 'scripts', 'test'])(
    'of a project in %s/ are the usual ones',
    (name) => {
      const files = sourcesIn(join('templates', name)).map(parse);
      const comments = files.flatMap((file) => file.comments.map(({ value }) => value));
      const texts = [...files.flatMap(({ program }) => textsIn(program)), ...comments];
      expect(texts.length).toBeGreaterThan(20);
      expect(texts.flatMap(oddWords)).toEqual([]);
    },
  );

  it('of test titles are the usual ones', () => {
    const titles = sourcesIn('test').flatMap((path) => titlesIn(parse(path).program));
    expect(titles.length).toBeGreaterThan(700);
    expect(titles.flatMap(oddWords)).toEqual([]);
  });

  it.each([
    'README.md',
    'templates/README.md',
    '.github/CONTRIBUTING.md',
    '.github/SECURITY.md',
    '.github/CHANGELOG.md',
  ])('of %s are the usual ones', (path) => {
    expect(oddWords(readFileSync(join(root, path), 'utf8'))).toEqual([]);
  });

  it('are found in literals of every kind', () => {
    const source = `import x from 'behind'; const a = { b: [\`\${x}: what is there\`, "anew"] };`;
    const { program } = parseSync('x.ts', source);
    expect(textsIn(program).flatMap(oddWords)).toHaveLength(2);
    expect(oddWords('behind your reverse proxy')).toEqual([]);
  });

  it('are found in titles of every kind', () => {
    const source =
      "describe.each(['alone'])('a', () => it.skip(`${x} b`)); test('c', () => f('d'));";
    expect(titlesIn(parseSync('x.ts', source).program)).toEqual(['a', '… b', 'c']);
  });
});
