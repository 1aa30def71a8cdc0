import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { undoCommand } from '../../../src/update/report.js';
import {
  Projects,
  olderFiles,
  put,
  snapshot,
  stateOf,
  theirFiles,
  type Older,
  type Project,
} from '../../support/older.js';
import { sampleOf } from '../../support/sample.js';

const projects = new Projects();
afterAll(() => projects.place.remove());

interface Case extends Older {
  /** What the owner does, before the update. */
  edit?: (project: Project) => void;
  code: number;
  /** What the report or the error says. */
  says?: string[];
  silent?: string[];
  /** Files after the update: their contents, null for none. */
  after?: Record<string, string | Buffer | null>;
  check?: (project: Project) => void;
}

const theirs = theirFiles();
const addresses = theirs['src/lib/addresses.ts'] ?? '';
const older = olderFiles();
const outside = (project: Project) => join(project.top, '../outside');

/** Replaces a folder or file by a link that leads out of the repository. */
function linkOut(project: Project, path: string): void {
  mkdirSync(join(project.top, '..'), { recursive: true });
  renameSync(join(project.folder, path), outside(project));
  symlinkSync(outside(project), join(project.folder, path));
}

const binary = Buffer.from([0, 1, 2, 255, 254, 0]);

const cases: Record<string, Case> = {
  'a folder of ours replaced by a file': {
    files: olderFiles({ 'src/lib/addresses.ts': null, 'src/lib/addresses.ts/part.ts': '// A\n' }),
    code: 0,
    after: { 'src/lib/addresses.ts': addresses },
  },
  'a file of ours replaced by a folder': {
    files: olderFiles({ ...without(/^src\/lib\//), 'src/lib': 'one file\n' }),
    code: 0,
    after: { 'src/lib/addresses.ts': addresses },
  },
  'a folder replaced by a file, with a file of the owner in it': {
    files: olderFiles({ 'src/lib/addresses.ts': null, 'src/lib/addresses.ts/part.ts': '// A\n' }),
    edit: (project) => project.commit({ 'src/lib/addresses.ts/own.ts': '// Mine\n' }),
    code: 1,
    says: ['src/lib/addresses.ts: '],
    silent: ['~'],
    after: { 'src/lib/addresses.ts/own.ts': '// Mine\n' },
  },
  'a folder replaced by a file, with an untracked file in it': {
    files: olderFiles({ 'src/lib/addresses.ts': null, 'src/lib/addresses.ts/part.ts': '// A\n' }),
    edit: ({ folder }) => put(folder, { 'src/lib/addresses.ts/own.ts': '// Mine\n' }),
    code: 2,
    says: ['in the way', 'src/lib/addresses.ts/own.ts'],
  },
  'a file replaced by a folder, which the owner has edited': {
    files: olderFiles({ ...without(/^src\/lib\//), 'src/lib': 'one file\n' }),
    edit: (project) => project.commit({ 'src/lib': 'my file\n' }),
    code: 1,
    silent: ['~'],
    after: { 'src/lib': 'my file\n' },
  },
  'a file replaced by a folder of the owner': {
    edit: (project) => {
      rmSync(join(project.folder, 'src/lib/addresses.ts'));
      project.commit({ 'src/lib/addresses.ts/own.ts': '// Mine\n' });
    },
    code: 0,
    says: ['src/lib/addresses.ts: stays deleted'],
    silent: ['~'],
    after: { 'src/lib/addresses.ts/own.ts': '// Mine\n' },
  },
  'a folder replaced by a file of the owner': {
    edit: (project) => {
      rmSync(join(project.folder, 'src/lib'), { recursive: true });
      project.commit({ 'src/lib': 'my file\n' });
    },
    code: 0,
    says: ['src/lib/log.ts: left out'],
    silent: ['~'],
    after: { 'src/lib': 'my file\n' },
  },
  'a new file, where the owner has a folder': {
    edit: (project) => project.commit({ 'src/lib/log.ts/own.ts': '// Mine\n' }),
    code: 1,
    silent: ['~'],
    after: { 'src/lib/log.ts/own.ts': '// Mine\n' },
  },
  'a new file, where the owner has another': {
    edit: (project) => project.commit({ 'src/lib/log.ts': '// Mine\n' }),
    code: 1,
    says: ['src/lib/log.ts: both sides'],
    check: ({ folder }) =>
      expect(readFileSync(join(folder, 'src/lib/log.ts'), 'utf8')).toMatch(
        /^<{7} yours\n\/\/ Mine\n/,
      ),
  },
  'a new file, where the owner has the same': {
    edit: (project) => project.commit({ 'src/lib/log.ts': theirs['src/lib/log.ts'] ?? '' }),
    code: 0,
    after: { 'src/lib/log.ts': theirs['src/lib/log.ts'] ?? '' },
  },
  'README replaced by a link that leads out': {
    edit: (project) => {
      linkOut(project, 'README.md');
      project.commit();
    },
    code: 1,
    says: ['README.md'],
    check: (project) =>
      expect(readFileSync(outside(project), 'utf8')).toBe(String(older['README.md'])),
  },
  'a folder replaced by a link that leads out': {
    edit: (project) => {
      linkOut(project, 'src/lib');
      project.commit();
    },
    code: 0,
    says: ['src/lib/addresses.ts: left out', 'src/lib/log.ts: left out'],
    silent: ['~'],
    check: (project) =>
      expect(readFileSync(join(outside(project), 'addresses.ts'), 'utf8')).toBe(
        `// Old.\n${addresses}`,
      ),
  },
  'a folder replaced by a link that is not committed': {
    edit: (project) => linkOut(project, 'src/lib'),
    code: 2,
    says: ['not committed'],
  },
  'a new file below an untracked link': {
    files: olderFiles(without(/^public\//)),
    edit: (project) => {
      mkdirSync(outside(project));
      symlinkSync(outside(project), join(project.folder, 'public'));
    },
    code: 2,
    says: ['in the way', 'public'],
    check: (project) => expect(snapshot(outside(project))).toEqual({}),
  },
  'a file that only the case of its name tells from the old one': {
    files: olderFiles({
      'src/lib/addresses.ts': null,
      'src/lib/Addresses.ts': `// Old.\n${addresses}`,
    }),
    edit: (project) =>
      project.commit({ 'src/lib/Addresses.ts': `// Old.\n${addresses}// Mine.\n` }),
    code: 0,
    after: { 'src/lib/addresses.ts': `${addresses}// Mine.\n`, 'src/lib/Addresses.ts': null },
  },
  'names that git quotes': {
    files: olderFiles({
      'a "quoted" name.ts': '// 1\n',
      'two words/fünf/日本.ts': '// 2\n',
      'two\nlines': '// 4\n',
      'tab\there': '// 5\n',
    }),
    edit: (project) =>
      project.commit({
        'my\nfile "x"': '1\n',
        "it's\\here": '3\n',
        'два слова.ts': '2\n',
        'two\nlines': '// mine\n',
      }),
    code: 0,
    says: ['stays: you changed it'],
    after: {
      'a "quoted" name.ts': null,
      'two words/fünf/日本.ts': null,
      'tab\there': null,
      'two\nlines': '// mine\n',
      'my\nfile "x"': '1\n',
      "it's\\here": '3\n',
      'два слова.ts': '2\n',
    },
  },
  'a mode that the owner has changed': {
    edit: (project) => {
      chmodSync(join(project.folder, 'src/lib/addresses.ts'), 0o755);
      project.commit();
    },
    code: 0,
    after: { 'src/lib/addresses.ts': addresses },
    check: ({ folder }) => expect(snapshot(folder)['src/lib/addresses.ts']).toMatch(/^program /),
  },
  'a mode that we have changed': {
    programs: ['src/lib/tls.ts'],
    edit: ({ folder, git, commit }) => {
      chmodSync(join(folder, 'src/lib/tls.ts'), 0o755);
      git('add', '.');
      commit({ 'src/lib/tls.ts': `${theirs['src/lib/tls.ts']}// Mine.\n` });
    },
    code: 0,
    after: { 'src/lib/tls.ts': `${theirs['src/lib/tls.ts']}// Mine.\n` },
    check: ({ folder }) => expect(snapshot(folder)['src/lib/tls.ts']).toMatch(/^file /),
  },
  'a file that the owner made binary': {
    edit: (project) => project.commit({ 'README.md': binary }),
    code: 1,
    says: ['README.md: both sides changed it; yours is kept'],
    after: { 'README.md': binary },
  },
  'a binary file of the owner': {
    edit: (project) => project.commit({ 'public/logo.png': binary }),
    code: 0,
    after: { 'public/logo.png': binary },
  },
  "an owner's rename of a file that we edit": {
    edit: (project) => {
      project.git('mv', 'src/lib/addresses.ts', 'src/lib/mine.ts');
      project.commit();
    },
    code: 0,
    after: { 'src/lib/mine.ts': addresses, 'src/lib/addresses.ts': null },
  },
  "an owner's rename with an edit of a file that we edit": {
    edit: (project) => {
      project.git('mv', 'src/lib/addresses.ts', 'src/lib/mine.ts');
      project.commit({ 'src/lib/mine.ts': `// Old.\n${addresses}// Mine.\n` });
    },
    code: 0,
    after: { 'src/lib/mine.ts': `${addresses}// Mine.\n`, 'src/lib/addresses.ts': null },
  },
  "an owner's rename against our move": {
    files: olderFiles({ 'src/lib/addresses.ts': null, 'src/lib/places.ts': addresses }),
    edit: (project) => {
      project.git('mv', 'src/lib/places.ts', 'src/lib/mine.ts');
      project.commit({ 'src/lib/mine.ts': `${addresses}// Mine.\n` });
    },
    code: 1,
    says: ['src/lib/mine.ts'],
    silent: ['~'],
    after: { 'src/lib/mine.ts': `${addresses}// Mine.\n` },
  },
  "an owner's rename of a file that we drop": {
    edit: (project) => {
      project.git('mv', 'src/lib/dropped.ts', 'src/lib/mine.ts');
      project.commit();
    },
    code: 0,
    says: ['src/lib/mine.ts: stays'],
    after: { 'src/lib/mine.ts': 'export const dropped = true;\n' },
  },
  "an owner's deletion of a file that we edit": {
    edit: (project) => {
      rmSync(join(project.folder, 'src/lib/addresses.ts'));
      project.commit();
    },
    code: 0,
    says: ['src/lib/addresses.ts: stays deleted'],
    after: { 'src/lib/addresses.ts': null },
  },
  "an owner's deletion of a folder": {
    edit: (project) => {
      rmSync(join(project.folder, 'src/lib'), { recursive: true });
      project.commit();
    },
    code: 0,
    says: ['src/lib/addresses.ts: stays deleted'],
    after: { 'src/lib/addresses.ts': null, 'src/lib/log.ts': theirs['src/lib/log.ts'] ?? '' },
  },
  'a file that both have deleted': {
    edit: (project) => {
      rmSync(join(project.folder, 'src/lib/dropped.ts'));
      project.commit();
    },
    code: 0,
    silent: ['dropped.ts'],
    after: { 'src/lib/dropped.ts': null },
  },
  'a file that we drop and the owner has edited': {
    edit: (project) => project.commit({ 'src/lib/dropped.ts': '// Mine\n' }),
    code: 0,
    says: ['src/lib/dropped.ts: stays: you changed it'],
    after: { 'src/lib/dropped.ts': '// Mine\n' },
  },
  'an untracked file in the way': {
    edit: ({ folder }) => put(folder, { 'src/lib/log.ts': '// Mine\n' }),
    code: 2,
    says: ['in the way', 'src/lib/log.ts'],
  },
  'an ignored file in the way': {
    edit: (project) => {
      project.commit({ '.gitignore': `${theirs['.gitignore']}log.ts\n` });
      put(project.folder, { 'src/lib/log.ts': '// Mine\n' });
    },
    code: 2,
    says: ['in the way', 'src/lib/log.ts'],
  },
  'a folder with an untracked file in the way': {
    edit: ({ folder }) => put(folder, { 'src/lib/log.ts/mine.ts': '// Mine\n' }),
    code: 2,
    says: ['in the way', 'src/lib/log.ts/mine.ts'],
  },
  'a folder with an ignored file in the way': {
    edit: ({ folder }) => put(folder, { 'src/lib/log.ts/mine.log': '// Mine\n' }),
    code: 2,
    says: ['in the way', 'src/lib/log.ts/mine.log'],
  },
  'an empty folder in the way': {
    edit: ({ folder }) => mkdirSync(join(folder, 'src/lib/log.ts')),
    code: 0,
    after: { 'src/lib/log.ts': theirs['src/lib/log.ts'] ?? '' },
  },
  'an untracked file where we need a folder': {
    files: olderFiles(without(/^public\//)),
    edit: ({ folder }) => put(folder, { public: '// Mine\n' }),
    code: 2,
    says: ['in the way', 'public'],
  },
  'untracked and ignored files elsewhere': {
    edit: ({ folder }) =>
      put(folder, {
        'notes.txt': 'mine',
        'src/lib/mine.ts': '// Mine\n',
        '.env': 'SECRET=1\n',
        'certs/key.pem': 'mine',
        'node_modules/x/index.js': '',
        'debug.log': '',
      }),
    code: 0,
    after: { 'notes.txt': 'mine', '.env': 'SECRET=1\n', 'certs/key.pem': 'mine', 'debug.log': '' },
  },
  'a new file that the owner ignores': {
    edit: (project) => project.commit({ '.gitignore': `${theirs['.gitignore']}log.ts\n` }),
    code: 0,
    check: ({ git }) => expect(git('diff', '--name-only', 'HEAD')).toContain('src/lib/log.ts'),
  },
  'an untracked link in the way': {
    edit: ({ folder }) => symlinkSync('addresses.ts', join(folder, 'src/lib/log.ts')),
    code: 2,
    says: ['in the way', 'src/lib/log.ts'],
  },
  'a dangling link in the way': {
    edit: ({ folder }) => symlinkSync('/nowhere/at/all', join(folder, 'src/lib/log.ts')),
    code: 2,
    says: ['in the way', 'src/lib/log.ts'],
  },
};

/** Changes for `olderFiles` that leave files out. */
function without(name: RegExp): Record<string, null> {
  const paths = Object.keys({ ...theirFiles(), 'src/lib/dropped.ts': '' });
  return Object.fromEntries(paths.filter((path) => name.test(path)).map((path) => [path, null]));
}

/** @returns a file as its expectation has it */
function found(path: string, wanted: unknown): unknown {
  if (!existsSync(path)) {
    return null;
  }
  return Buffer.isBuffer(wanted) ? readFileSync(path) : readFileSync(path, 'utf8');
}

function expectAfter({ folder }: Project, after: NonNullable<Case['after']>): void {
  const entries = Object.entries(after);
  const actual = entries.map(([path, wanted]) => [path, found(join(folder, path), wanted)]);
  expect(actual).toEqual(entries);
}

function expectText(text: string, { says = [], silent = [] }: Case): void {
  says.forEach((part) => expect(text).toContain(part));
  silent.forEach((part) => expect(text).not.toContain(part));
}

const isRefused = ([, { code }]: [string, Case]): boolean => code === 2;
const refused = Object.entries(cases).filter(isRefused);
const merged = Object.entries(cases).filter((each) => !isRefused(each));

describe('files that keep a project from an update', () => {
  it.concurrent.each(sampleOf(refused, 4))('%s', async (_name, row) => {
    const project = await projects.make(row);
    row.edit?.(project);
    const before = stateOf(project);
    const { code, stdout, stderr } = await project.update();
    expect([stdout, code]).toEqual(['', 2]);
    expectText(stderr, row);
    row.check?.(project);
    expect(stateOf(project)).toEqual(before);
  });
});

describe('files of a project that is updated', () => {
  it.concurrent.each(sampleOf(merged, 8))('%s', async (_name, row) => {
    const project = await projects.make(row);
    row.edit?.(project);
    const before = stateOf(project);
    const { code, stdout, stderr } = await project.update();
    expect([stderr, code]).toEqual(['', row.code]);
    expectText(stdout, row);
    row.check?.(project);
    expectAfter(project, row.after ?? {});
    const paths = Object.keys(snapshot(project.top));
    expect(paths.filter((path) => path.includes('~'))).toEqual([]);
    project.git(...undoCommand.slice(1));
    expect(stateOf(project)).toEqual(before);
  });
});
