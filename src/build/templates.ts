import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TemplateFile, Templates } from '../core/template-types.js';
import { namesFor } from '../project/compile/names.js';
import { compile } from '../project/compile/tags.js';
import { toJavaScript } from './javascript.js';

const root = join(import.meta.dirname, '../..');

/** Not part of projects: a project gets its own lockfile. */
const left = ['package-lock.json'];

/** The tracked files: an untracked `.env` or key in `templates/` never gets into the package. */
function trackedTemplates(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '.'], {
    cwd: join(root, 'templates'),
    encoding: 'utf8',
  });
  return listed.split('\0').filter((path) => path !== '' && !left.includes(path));
}

/** @returns the template with this text, TypeScript in both languages */
export async function compileFile(path: string, source: string): Promise<TemplateFile[]> {
  const segments = compile(source, namesFor(path));
  if (!path.endsWith('.ts')) {
    return [{ path, segments }];
  }
  const javascript = await toJavaScript(path, source);
  const renamed = path.replace(/\.ts$/, '.js');
  // Of a file with only types, nothing is left.
  if (javascript.trim() === '') {
    return [{ path, language: 'ts', segments }];
  }
  return [
    { path, language: 'ts', segments },
    {
      path: renamed,
      language: 'js',
      segments: compile(javascript, namesFor(renamed)),
    },
  ];
}

/** @returns every template that git tracks, compiled, TypeScript in both languages */
export async function compileTemplates(): Promise<Templates> {
  const files = await Promise.all(
    trackedTemplates().map((path) => {
      const source = readFileSync(join(root, 'templates', path), 'utf8');
      return compileFile(path, source.replaceAll('\r\n', '\n'));
    }),
  );
  return { files: files.flat() };
}
