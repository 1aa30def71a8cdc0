import { parse } from 'handlebars/dist/cjs/handlebars/compiler/base.js';
import { messageOf } from '../../core/errors.js';
import { escapeFor, textLanguageOf } from '../../core/escape.js';
import { nearest } from '../../core/nearest.js';
import type { Segment } from '../../core/template-types.js';

/** A line that is a comment with a tag and nothing else: `// {{#if redis}}`, `<!-- {{name}} -->`. */
const tagLine =
  /^[ \t]*(?:\/\/|#|<!--)[ \t]*(\{\{[^{}]+\}\}(?:[ \t]+\{\{[^{}]+\}\})*)[ \t]*(?:-->)?$/;
const conditionTag = /^\{\{(?:#if ([a-zA-Z]+)|else|\/if)\}\}$/;
const valueTag = /\{\{([a-zA-Z]+)\}\}/g;
/** One for each extra with settings. */
const mostConditions = 4;

/** Placeholders for `{` and `\` in text, which have a meaning in Handlebars: no text has them. */
const brace = '\uFDD0';
const backslash = '\uFDD1';

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

/** A template that breaks a rule: its file, its line, and why. */
export class TemplateError extends Error {
  constructor(path: string, line: number, why: string) {
    super(`${path}, line ${line}: ${why}`);
    this.name = 'TemplateError';
  }
}

interface Line {
  text: string;
  /** Its number in the file, from 1. */
  number: number;
}

function suggestion(name: string, known: string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

/** A sample that may stand in a sentence, too. */
const isWord = /^(true|false)$/;

/** Replaces a sample with `{{name}}` wherever it is a whole word. */
function replaceSample(text: string, { name, line }: Spoken, { path, values }: Names): string {
  const language = textLanguageOf(path);
  const value = values[name];
  if (value === undefined) {
    const meant = suggestion(name, Object.keys(values));
    throw new TemplateError(path, line, `there is no value "${name}".${meant}`);
  }
  if (language === undefined) {
    throw new TemplateError(path, line, `the value "${name}" is not allowed in this kind of file.`);
  }
  const sample = escapeFor(language, value);
  const pattern = sample.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const whole = new RegExp(`(?<![\\w-])${pattern}(?![\\w-])`, 'g');
  const found = text.match(whole)?.length ?? 0;
  if (sample === '' || found === 0) {
    const why = `no line under {{${name}}} contains its sample ${sample}.`;
    throw new TemplateError(path, line, why);
  }
  if (found > 1 && isWord.test(sample)) {
    const why = `${found} places under {{${name}}} contain its sample ${sample}. Reword the others.`;
    throw new TemplateError(path, line, why);
  }
  return text.replace(whole, `{{${name}}}`);
}

/** A value that a tag names. */
interface Spoken {
  name: string;
  line: number;
}

/** @returns the values in a value tag's line; empty for other lines */
function valuesIn({ text, number }: Line, path: string): Spoken[] {
  const tag = tagLine.exec(text)?.[1];
  if (tag === undefined || conditionTag.test(tag)) {
    return [];
  }
  const names = [...tag.matchAll(valueTag)].map((match) => match[1] ?? '');
  if (names.length === 0 || tag.replace(valueTag, '').trim() !== '') {
    throw new TemplateError(path, number, `${tag} is not a tag.`);
  }
  return names.map((name) => ({ name, line: number }));
}

/** A condition as a bare tag; anything else as text. */
function readLine({ text, number }: Line, { path, flags }: Names): string {
  const tag = tagLine.exec(text)?.[1] ?? '';
  const condition = conditionTag.exec(tag);
  if (condition === null) {
    if (/\{\{#if /.test(text)) {
      throw new TemplateError(path, number, 'a condition needs a comment of its own.');
    }
    return hide(text);
  }
  const [, name] = condition;
  if (name !== undefined && !flags.includes(name)) {
    const meant = suggestion(name, flags);
    throw new TemplateError(path, number, `there is no feature "${name}".${meant}`);
  }
  return tag;
}

/** A value tag applies to its paragraph: the lines around it up to the next blank ones. */
function readParagraph(lines: Line[], names: Names): string {
  const spoken = lines.flatMap((line) => valuesIn(line, names.path));
  const text = lines
    .filter((line) => valuesIn(line, names.path).length === 0)
    .map((line) => `${readLine(line, names)}\n`)
    .join('');
  // The longest sample first: one may be a part of another.
  const longestFirst = spoken.toSorted(
    (a, b) => (names.values[b.name] ?? '').length - (names.values[a.name] ?? '').length,
  );
  return longestFirst.reduce((read, value) => replaceSample(read, value, names), text);
}

/** @returns the lines of a file, a paragraph in each list; a blank line begins one */
function paragraphsOf(source: string): Line[][] {
  const lines = source
    .replace(/\n$/, '')
    .split('\n')
    .map((text, index) => ({ text, number: index + 1 }));
  const starts = lines.flatMap(({ text }, index) => (index === 0 || text === '' ? [index] : []));
  return starts.map((start, index) => lines.slice(start, starts[index + 1]));
}

function conditionsIn(lines: Line[]): Line[] {
  return lines.filter(({ text }) => /^\{\{#if [a-zA-Z]+\}\}$/.test(tagLine.exec(text)?.[1] ?? ''));
}

/**
 * Turns a file of templates into a Handlebars template: tags in comments become bare tags, samples
 * become value tags, and everything else is text.
 * @throws TemplateError for a tag in another form, a value without its sample, too many conditions
 */
export function toHandlebars(source: string, names: Names): string {
  const paragraphs = paragraphsOf(source);
  const conditions = conditionsIn(paragraphs.flat());
  const surplus = conditions[mostConditions];
  if (surplus !== undefined) {
    const why = `${conditions.length} conditions; make it two files.`;
    throw new TemplateError(names.path, surplus.number, why);
  }
  const noText = paragraphs.flat().find(({ text }) => /[\uFDD0\uFDD1]/.test(text));
  if (noText !== undefined) {
    throw new TemplateError(names.path, noText.number, 'it has a character that no text has.');
  }
  return paragraphs.map((lines) => readParagraph(lines, names)).join('');
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

function readNode(node: Node): Segment {
  if (isContent(node)) {
    return reveal(node.value);
  }
  if (isValue(node)) {
    return { value: nameOf(node.path) };
  }
  if (isBlock(node) && node.path.original === 'if') {
    const [condition] = node.params;
    return {
      if: nameOf(condition),
      on: node.program.body.map(readNode),
      off: node.inverse?.body.map(readNode) ?? [],
    };
  }
  throw new Error(`Templates do not use ${node.type}.`);
}

/** Handlebars does not know the lines of value tags. */
function lineInSource(error: unknown, source: string, path: string): number {
  const kept = paragraphsOf(source)
    .flat()
    .filter((line) => valuesIn(line, path).length === 0);
  const line = Number(/line (\d+)/.exec(messageOf(error))?.[1] ?? kept.length);
  return kept[Math.min(line, kept.length) - 1]?.number ?? 1;
}

/**
 * @returns the template as segments, parsed by Handlebars
 * @throws TemplateError for a template that breaks a rule
 */
export function compile(source: string, names: Names): Segment[] {
  const text = toHandlebars(source, names);
  try {
    return parse(text).body.map(readNode);
  } catch (error) {
    const line = lineInSource(error, source, names.path);
    throw new TemplateError(names.path, line, 'each {{#if}} needs its {{/if}}.');
  }
}
