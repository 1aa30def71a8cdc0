import assert from 'node:assert/strict';
import { parseEnv } from 'node:util';
import { validate } from 'dockerfile-utils';
import { parseSync } from 'oxc-parser';
import { parseDocument } from 'yaml';
import type { PlannedFile } from '../../src/project/plan/project.js';

type Parser = (file: PlannedFile) => unknown;

/** @returns the module record of TypeScript or JavaScript without syntax errors */
export function parseCode({ path, contents }: Pick<PlannedFile, 'path' | 'contents'>) {
  const { module, errors } = parseSync(path, contents);
  assert.deepEqual(errors, [], path);
  return module;
}

/** @returns the content of a YAML 1.2 document without warnings */
export function parseYaml({ path, contents }: Pick<PlannedFile, 'path' | 'contents'>): unknown {
  const document = parseDocument(contents);
  assert.deepEqual([...document.errors, ...document.warnings], [], path);
  return document.toJS();
}

function parseDockerfile({ path, contents }: PlannedFile): unknown {
  assert.deepEqual(validate(contents), [], path);
  return contents;
}

/** HTML, CSS and SVG are left out: the build does not allow values in these templates. */
const parsers: [RegExp, Parser][] = [
  [/\.[jt]s$/, parseCode],
  [/\.json$/, ({ contents }) => JSON.parse(contents)],
  [/\.ya?ml$/, parseYaml],
  [/^\.env/, ({ contents }) => parseEnv(contents)],
  [/^Dockerfile$/, parseDockerfile],
];

const parsed = new Map<string, unknown>();

/**
 * @returns the content of the file as its language reads it; undefined for files without a parser
 *   here
 */
export function parseFile(file: PlannedFile): unknown {
  const parser = parsers.find(([pattern]) => pattern.test(file.path))?.[1];
  const key = `${file.path}\n${file.contents}`;
  // Most projects share most of their code.
  if (parser !== undefined && !parsed.has(key)) {
    parsed.set(key, parser(file));
  }
  return parsed.get(key);
}

/**
 * @returns the contents of the fenced code blocks of a language in Markdown (CommonMark 0.31, 4.5)
 */
export function blocksOf(language: string, markdown: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...markdown.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** @returns text as Compose reads it: `$$` is `$`, and any other `$` would be a variable */
export function interpolated(text: string): string {
  assert.ok(!text.replaceAll('$$', '').includes('$'), `${text} holds a variable.`);
  return text.replaceAll('$$', '$');
}
