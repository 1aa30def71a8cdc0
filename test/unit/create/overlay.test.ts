import { mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import { recordPath } from '../../../src/core/paths.js';
import { lockfiles } from '../../../src/options/package-managers.js';
import { overlayLimits } from '../../../src/project/plan/overlay.js';
import { bin, cli, root, runProgram, type Ended } from '../../support/cli.js';
import { answersOf } from '../../support/combinations.js';
import { laidOver, type OverlayFiles } from '../../support/overlays.js';
import { interpolated, parseYaml } from '../../support/parsers.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';
import { write } from '../../support/updating.js';

const plain = answersOf({ https: false });

function textAt(files: ReturnType<typeof laidOver>, path: string): string | undefined {
  return files.get(path)?.contents;
}

describe('an overlay', () => {
  it('adds and replaces files, with tags and values as in our templates', () => {
    const files = {
      'files/README.md': '# Ours\n\n<!-- {{name}} {{port}} -->\nfastify-wss-app listens on 3000.\n',
      'files/src/routes/team.ts': '// {{#if redis}}\nlet a;\n// {{else}}\nlet b;\n// {{/if}}\n',
      'files/run.sh': '#!/bin/sh\r\necho {{name}}\r\n',
    };
    const project = laidOver(answersOf({ https: false, port: 4000 }), files);
    expect(textAt(project, 'README.md')).toBe('# Ours\n\nchat listens on 4000.\n');
    expect(textAt(project, 'src/routes/team.ts')).toBe('let b;\n');
    expect(project.get('run.sh')).toMatchObject({
      contents: '#!/bin/sh\necho {{name}}\n',
      mode: 0o755,
    });
  });

  it('puts its .env.example into .env, too', () => {
    const files = { 'files/.env.example': '# {{port}}\nPORT=3000\nTEAM=1\n' };
    const project = laidOver(plain, files);
    expect(textAt(project, '.env')).toBe('PORT=3000\nTEAM=1\n');
  });

  it('removes files, in JavaScript the ones that were derived', () => {
    const files = { 'overlay.json': '{ "removes": ["src/routes/page.ts", "gone-long-ago.md"] }' };
    expect(laidOver(plain, files).has('src/routes/page.ts')).toBe(false);
    const inJavaScript = laidOver(answersOf({ https: false, language: 'js' }), files);
    expect(inJavaScript.has('src/routes/page.js')).toBe(false);
    expect(inJavaScript.has('src/routes/live.js')).toBe(true);
  });

  it('only changes what the answers give the project', () => {
    const files = {
      'files/Dockerfile': 'FROM scratch\n',
      'files/compose.yaml': 'services: {}\n',
      'files/src/plugins/redis.ts': 'export {};\n',
      'files/package.json': '{ "dependencies": { "@redis/client": "^9.0.0" } }',
    };
    const without = laidOver(plain, files);
    const owned = ['Dockerfile', 'compose.yaml', 'src/plugins/redis.ts'];
    expect(owned.filter((path) => without.has(path))).toEqual([]);
    expect(textAt(without, 'package.json')).not.toContain('@redis/client');
    const proxied = { docker: true, redis: true, certSource: 'proxy' } as const;
    const all = laidOver(answersOf(proxied), files);
    expect(textAt(all, 'compose.yaml')).toBe('services: {}\n');
    expect(textAt(all, 'package.json')).toContain('"@redis/client": "^9.0.0"');
  });

  it('has a file for each language, or one for both', () => {
    const files = {
      'files/src/routes/a.ts': 'let a: 1;\n',
      'files/src/routes/a.js': 'let a;\n',
      'files/src/app.js': '// Ours.\n',
      'files/tool.config.js': '// Both.\n',
    };
    const [ts, js] = (['ts', 'js'] as const).map((language) =>
      laidOver(answersOf({ https: false, language }), files),
    );
    const paths = Object.keys(files).map((path) => path.slice('files/'.length));
    expect(paths.filter((path) => ts?.has(path))).toEqual(['src/routes/a.ts', 'tool.config.js']);
    expect(paths.filter((path) => js?.has(path))).toEqual(paths.slice(1));
    expect(js?.get('src/app.js')?.contents).toBe('// Ours.\n');
  });

  it('has names for files that npm leaves out of packages', () => {
    const files = { 'files/_npmrc': 'a=b\n', 'files/docs/_gitignore': '*.tmp\n' };
    const project = laidOver(plain, files);
    expect(textAt(project, '.npmrc')).toBe('a=b\n');
    expect(textAt(project, 'docs/.gitignore')).toBe('*.tmp\n');
  });

  it('is merged into package.json: its values win, null removes', () => {
    const patch = {
      engines: { node: '>=24' },
      license: 'UNLICENSED',
      scripts: { team: 'echo', lint: null },
      dependencies: { 'a-first': '^1.0.0', fastify: '5.0.0' },
    };
    const files = { 'files/package.json': JSON.stringify(patch) };
    const [before, after] = [laidOver(plain, { 'overlay.json': '{}' }), laidOver(plain, files)].map(
      (project) => JSON.parse(textAt(project, 'package.json') ?? ''),
    );
    const { lint: _lint, ...scripts } = before.scripts;
    expect(after).toEqual({
      ...before,
      engines: { node: '>=24' },
      license: 'UNLICENSED',
      scripts: { ...scripts, team: 'echo' },
      dependencies: { ...before.dependencies, 'a-first': '^1.0.0', fastify: '5.0.0' },
    });
    expect(Object.keys(after.dependencies)).toEqual(Object.keys(after.dependencies).toSorted());
  });
});

/** Text with every quote and sign that some language reads. */
const hostile = fc
  .array(fc.constantFrom(...'ab \\\'"`$#={}%~&|<>;*:-!@[],'.split('')), { maxLength: 12 })
  .map((characters) => `/${characters.join('').trim()}`);

/** Languages of files with a value, and what their parsers read. */
const languages: [string, string, (text: string) => unknown][] = [
  ['.env.team', '# {{folder}}\nA=.\n', (text) => parseEnv(text)['A']],
  [
    'compose.team.yaml',
    "# {{folder}}\na: '.'\n",
    (text) => Object(parseYaml({ path: 'a', contents: interpolated(text) })).a,
  ],
  [
    'deploy/team.yaml',
    "# {{folder}}\na: '.'\n",
    (text) => Object(parseYaml({ path: 'a', contents: text })).a,
  ],
];

/** @returns what a run says instead of writing the file */
function refusalOf(work: () => void): string {
  try {
    work();
    return '';
  } catch (error) {
    return error instanceof UserError && error.code === 'overlay' ? error.message : 'a bug';
  }
}

describe('a value in a file of an overlay', () => {
  it.each(languages)('is read back unchanged, or refused: %s', (path, source, read) => {
    const seen = { written: 0 };
    fc.assert(
      fc.property(hostile, (inside) => {
        const placed = { ...plain, place: { repository: { folder: '', inside } } };
        const files = { [`files/${path}`]: source };
        const refusal = refusalOf(() => laidOver(placed, files));
        const isWritten = refusal === '';
        seen.written += Number(isWritten);
        const text = isWritten ? (textAt(laidOver(placed, files), path) ?? '') : '';
        return isWritten ? read(text) === inside : refusal.startsWith(`${path}: `);
      }),
      { numRuns: 300 },
    );
    expect(seen.written).toBeGreaterThan(100);
  });
});

const tag = (text: string): OverlayFiles => ({ 'files/src/a.ts': text });
const large = new Uint8Array(overlayLimits.file + 1);

describe('an overlay is refused', () => {
  it.each<[string, OverlayFiles, string]>([
    ...[
      ['../x', 'leaves the project'],
      ['a/../../x', 'leaves the project'],
      ['/etc/x', 'is an absolute path'],
      ['C:/x', 'is an absolute path'],
      ['a\\b', 'has a backslash'],
      ['.git/hooks/pre-commit', 'belongs to git'],
      ['a/.GIT/config', 'belongs to git'],
      ['git~1/config', 'belongs to git'],
      ['node_modules/a/index.js', 'belongs to package managers'],
      ['certs/key.pem', 'is for keys'],
      ['Certs/ca.pem', 'is for keys'],
      ['.env', 'has the settings of one machine'],
      ['.ENV', 'has the settings of one machine'],
      [recordPath, 'is the record'],
      ...lockfiles.map((name) => [name, 'is a lockfile'] as const),
      ['con', 'Windows reserves'],
      ['src/aux.ts', 'Windows reserves'],
      ['a?b', 'Windows does not allow'],
      ['a.', 'Windows removes'],
      ['a\nb', 'a line break'],
      ['a'.repeat(256), 'longer than 255 bytes'],
      ['README.MD', 'are one file on systems that ignore case'],
      ['src', 'cannot both exist'],
      ['README.md/a', 'cannot both exist'],
    ].map(([path = '', why = '']): [string, OverlayFiles, string] => [
      path.slice(0, 30),
      { [`files/${path}`]: 'x' },
      why,
    ]),
    ['two names', { 'files/a.md': 'x', 'files/A.md': 'x' }, 'ignore case'],
    ['two forms of a letter', { 'files/\u00E9': 'x', 'files/e\u0301': 'x' }, 'ignore case'],
    ['two forms of a name', { 'files/.npmrc': 'x', 'files/_npmrc': 'x' }, 'one file'],
    ['bytes', { 'files/a': Uint8Array.of(0xff, 0xfe) }, 'files/a is not text'],
    ['a null byte', { 'files/a': 'a\0b' }, 'files/a is not text'],
    ['a large file', { 'files/a': large }, 'files/a is larger than 1024 KiB'],
    [
      'many files',
      Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [`files/${n}`, 'x'])),
      'more than 2000 files or 8 MiB',
    ],
    ['no manifest and no files', { 'README.md': 'x' }, 'neither files/ nor overlay.json'],
    ['a manifest that is a list', { 'overlay.json': '[]' }, 'is not a JSON object'],
    ['a broken manifest', { 'overlay.json': '{' }, 'overlay.json is not JSON'],
    ['an unknown key', { 'overlay.json': '{"remove":[]}' }, 'has no key "remove"'],
    ['no list', { 'overlay.json': '{"removes":"a"}' }, 'is not a list of paths'],
    ['a removal outside', { 'overlay.json': '{"removes":["../a"]}' }, 'leaves the project'],
    ['a removal of what is needed', { 'overlay.json': '{"removes":["package.json"]}' }, 'needs'],
    [
      'a removal of its own file',
      { 'overlay.json': '{"removes":["a"]}', 'files/a': 'x' },
      'a is removed and added',
    ],
    ['a broken package.json', { 'files/package.json': '{' }, 'files/package.json is not JSON'],
    ['a name', { 'files/package.json': '{"name":"a"}' }, 'has a name'],
    ['a list of scripts', { 'files/package.json': '{"scripts":[]}' }, '"scripts" in'],
    [
      'an unknown feature',
      tag('x\n// {{#if rediss}}\n// {{/if}}\n'),
      'files/src/a.ts, line 2: there',
    ],
    ['an unknown value', { 'files/a.md': '<!-- {{nam}} -->\nx\n' }, 'files/a.md, line 1: there'],
    ['a value without its sample', { 'files/a.md': '<!-- {{name}} -->\nx\n' }, 'its sample'],
    ['a value in code', tag('// {{name}}\nfastify-wss-app\n'), 'not allowed in this kind of file'],
    ['an expression', tag('x\n\n// {{port + 1}}\n'), 'line 3: {{port + 1}} is not a tag'],
    ['an open condition', tag('x\n// {{#if redis}}\n'), 'line 2: each {{#if}} needs'],
    ['a condition in code', tag('x {{#if redis}}\n'), 'line 1: a condition needs a comment'],
    ['many conditions', tag('// {{#if redis}}\n// {{/if}}\n'.repeat(5)), 'line 9: 5 conditions'],
  ])('%s', (_what, files, why) => {
    const lay = (): unknown => laidOver(plain, files);
    expect(lay).toThrow(UserError);
    expect(lay).toThrow(why);
  });
});

const place: { sandbox: Sandbox } = { sandbox: sandbox() };
beforeEach(async () => {
  await place.sandbox.remove();
  place.sandbox = sandbox();
});
afterEach(() => place.sandbox.remove());

function run(...args: string[]): Promise<Ended> {
  const quiet = ['--yes', '--no-https', '--no-install', '--no-git'];
  const { folder: cwd, env } = place.sandbox;
  return cli(['app', ...quiet, ...args], { cwd, env });
}

describe('--overlay', () => {
  const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);

  it('is recorded with its path from the project, and the same run has nothing to do', async () => {
    write(at('team'), { 'files/TEAM.md': 'Ours.\n' });
    expect(await run('--overlay', './team')).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(at('app/TEAM.md'), 'utf8')).toBe('Ours.\n');
    const { answers } = JSON.parse(readFileSync(at('app', recordPath), 'utf8'));
    expect(answers.overlay).toMatch(/^\.\.\/team#[0-9a-f]{12}$/);
    expect((await run('--overlay', './team')).stdout).toContain('Nothing to do.');
  });

  it('warns about what it says without effect', async () => {
    const files = { 'overlay.json': '{ "removes": ["nothing.md"] }', 'files/src/a.ts': 'let a;\n' };
    write(at('team'), files);
    const { code, stderr } = await run('--language', 'js', '--overlay', './team');
    expect(code).toBe(0);
    expect(stderr).toContain('The overlay removes nothing.md, which no project has.');
    expect(stderr).toContain('The overlay has src/a.ts only in TypeScript, so it is left out.');
  });

  it('can be refused by a flag if the answers file has one', async () => {
    write(at(), { 'team.json': '{ "overlay": "./nothing", "port": 4000 }' });
    expect((await run('--answers', 'team.json')).code).toBe(2);
    expect((await run('--answers', 'team.json', '--no-overlay')).code).toBe(0);
    const { answers } = JSON.parse(readFileSync(at('app', recordPath), 'utf8'));
    expect(answers).toMatchObject({ port: 4000 });
    expect(answers).not.toHaveProperty('overlay');
  });

  it.each<[string, string, RegExp]>([
    ['no folder', './nothing', /^✗ Overlay \.\/nothing: there is no folder/],
    ['a folder without ./', 'team', /Write \.\/team, or team@latest for the package\./],
    ['a path without ./', 'team/a', /is not the name of a package/],
    ['an address', 'git+https://git.test/a', /is not the name of a package/],
    ['a link in it', './team', /files\/link is a link/],
    ['a link in place of its files', './linked', /files is a link/],
  ])('writes nothing for a mistake: %s', async (_what, overlay, message) => {
    mkdirSync(at('team/files'), { recursive: true });
    mkdirSync(at('linked'));
    symlinkSync('/etc/hostname', at('team/files/link'));
    symlinkSync(at('team/files'), at('linked/files'));
    const { code, stdout, stderr } = await run('--overlay', overlay);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(readdirSync(at()).toSorted()).toEqual(['linked', 'team']);
  });
});

describe('the parser of overlays', () => {
  /** What a run loads from `dist`. */
  async function loaded(...args: string[]): Promise<string[]> {
    const list = `process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\\n')));`;
    write(place.sandbox.folder, { 'list.cjs': list, 'team/files/a.md': 'x\n' });
    const hook = ['--require', join(place.sandbox.folder, 'list.cjs')];
    const { folder: cwd, env } = place.sandbox;
    const { stderr } = await runProgram([process.execPath, ...hook, bin, ...args], { cwd, env });
    return stderr.split('\n').filter((path) => path.startsWith(join(root, 'dist')));
  }

  it('is only loaded with one', async () => {
    const plan = ['app', '--dry-run', '--yes'];
    const isParser = (path: string): boolean =>
      readFileSync(path, 'utf8').includes('ContentStatement');
    expect((await loaded('--help')).filter(isParser)).toEqual([]);
    expect((await loaded(...plan)).filter(isParser)).toEqual([]);
    expect((await loaded(...plan, '--overlay', './team')).filter(isParser)).toHaveLength(1);
  });
});
