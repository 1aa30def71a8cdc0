import Handlebars from 'handlebars';
import { escapeFor, textLanguageOf } from '../core/escape.js';
import type { Segment } from '../core/template-types.js';

/** A line that is a comment with a tag and nothing else: `// {{#if redis}}`, `<!-- {{name}} -->`. */
const tagLine =
  /^[ \t]*(?:\/\/|#|<!--)[ \t]*(\{\{[^{}]+\}\}(?:[ \t]+\{\{[^{}]+\}\})*)[ \t]*(?:-->)?$/;
const conditionTag = /^\{\{(#if [a-zA-Z]+|else|\/if)\}\}$/;
const valueTag = /\{\{([a-zA-Z]+)\}\}/g;
const mostConditions = 3;

/** Placeholders for `{` and `\` in text, which have a meaning in Handlebars. */
const brace = '\uE000';
const backslash = '\uE001';

function hide(text: string): string {
  return text.replaceAll('{', brace).replaceAll('\\', backslash);
}

function reveal(text: string): string {
  return text.replaceAll(brace, '{').replaceAll(backslash, '\\');
}

export interface Names {
  path: string;
  /** The features that templates may use. */
  flags: string[];
  /** Every value that templates may use, as written in the templates. */
  values: Record<string, string>;
}

/** Replaces a sample with `{{name}}` wherever it is a whole word. */
function replaceSample(text: string, name: string, { path, values }: Names): string {
  const language = textLanguageOf(path);
  const value = values[name];
  if (language === undefined || value === undefined) {
    throw new Error(`${path}: the value "${name}" is not allowed here.`);
  }
  const sample = escapeFor(language, value).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const whole = new RegExp(`(?<![\\w-])${sample}(?![\\w-])`, 'g');
  if (!whole.test(text)) {
    throw new Error(`${path}: no line under {{${name}}} contains its sample ${value}.`);
  }
  return text.replace(whole, `{{${name}}}`);
}

/** @returns the names in a value tag's line; empty for other lines */
function valueNames(line: string, path: string): string[] {
  const tag = tagLine.exec(line)?.[1];
  if (tag === undefined || conditionTag.test(tag)) {
    return [];
  }
  const names = [...tag.matchAll(valueTag)].map((match) => match[1] ?? '');
  if (names.length === 0 || tag.replace(valueTag, '').trim() !== '') {
    throw new Error(`${path}: ${tag} is not a tag.`);
  }
  return names;
}

function readLine(line: string): string {
  const tag = tagLine.exec(line)?.[1];
  return tag !== undefined && conditionTag.test(tag) ? tag : hide(line);
}

/** A value tag applies to its paragraph: the lines around it up to the next blank ones. */
function readParagraph(lines: string[], names: Names): string {
  const spoken = lines.flatMap((line) => valueNames(line, names.path));
  const text = lines
    .filter((line) => valueNames(line, names.path).length === 0)
    .map((line) => `${readLine(line)}\n`)
    .join('');
  // The longest sample first: one may be a part of another.
  const longestFirst = spoken.toSorted(
    (a, b) => (names.values[b] ?? '').length - (names.values[a] ?? '').length,
  );
  return longestFirst.reduce((read, name) => replaceSample(read, name, names), text);
}

/**
 * Turns a file in `templates/` into a Handlebars template: tags in comments become bare tags, samples
 * become value tags, and everything else is text.
 * @throws Error for a tag in another form, a value without its sample, too many conditions
 */
export function toHandlebars(source: string, names: Names): string {
  const conditions = source.match(/\{\{#if /g)?.length ?? 0;
  const spoken = source.match(/^[ \t]*(?:\/\/|#|<!--)[ \t]*\{\{#if [a-zA-Z]+\}\}/gm)?.length ?? 0;
  if (spoken > mostConditions || conditions > spoken) {
    throw new Error(`${names.path}: ${spoken} conditions; make it two files.`);
  }
  const paragraphs = source.replace(/\n$/, '').split(/\n(?=\n)/);
  return paragraphs.map((paragraph) => readParagraph(paragraph.split('\n'), names)).join('');
}

/** The nodes of Handlebars' syntax tree that templates may use. */
type Node = hbs.AST.Statement;

function isContent(node: Node): node is hbs.AST.ContentStatement {
  return node.type === 'ContentStatement';
}

function isValue(node: Node): node is hbs.AST.MustacheStatement {
  return node.type === 'MustacheStatement';
}

function isBlock(node: Node): node is hbs.AST.BlockStatement {
  return node.type === 'BlockStatement';
}

function isName(node: { type: string }): node is hbs.AST.PathExpression {
  return node.type === 'PathExpression';
}

function nameOf(node: { type: string } | undefined): string {
  if (node === undefined || !isName(node) || node.parts.length !== 1) {
    throw new Error('A tag contains one name, not an expression.');
  }
  return node.original;
}

function flagNamed(node: hbs.AST.Expression | undefined, { path, flags }: Names): string {
  const name = nameOf(node);
  if (!flags.includes(name)) {
    throw new Error(`${path}: there is no feature "${name}".`);
  }
  return name;
}

function readNode(node: Node, names: Names): Segment {
  if (isContent(node)) {
    return reveal(node.value);
  }
  if (isValue(node)) {
    return { value: nameOf(node.path) };
  }
  if (isBlock(node) && node.path.original === 'if') {
    const [condition] = node.params;
    return {
      if: flagNamed(condition, names),
      on: node.program.body.map((each) => readNode(each, names)),
      off: node.inverse?.body.map((each) => readNode(each, names)) ?? [],
    };
  }
  throw new Error(`Templates do not use ${node.type}.`);
}

/** @returns the template as segments, parsed by Handlebars */
export function compile(source: string, names: Names): Segment[] {
  return Handlebars.parse(toHandlebars(source, names)).body.map((node) => readNode(node, names));
}
