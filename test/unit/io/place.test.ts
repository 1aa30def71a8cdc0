import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { repositoryAround } from '../../../src/io/repository.js';
import { workspaceOf } from '../../../src/io/workspace.js';
import { managers } from '../../support/combinations.js';
import { describeWith } from '../../support/needs.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';

const place: { sandbox: Sandbox } = { sandbox: sandbox() };
beforeEach(() => {
  place.sandbox = sandbox();
});
afterEach(() => place.sandbox.remove());

function at(path = ''): string {
  return join(place.sandbox.folder, path);
}

function write(path: string, contents: unknown): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), typeof contents === 'string' ? contents : JSON.stringify(contents));
}

/** Lists of members, a path, and whether the list contains it. */
const lists: [patterns: string[], path: string, listed: boolean][] = [
  [['packages/*'], 'packages/app', true],
  [['./packages/*/'], 'packages/app', true],
  [['packages/**'], 'packages/deep/app', true],
  [['packages/*'], 'packages/deep/app', false],
  [['{apps,libs}/*'], 'libs/app', true],
  [['**', '!libs/**'], 'libs/app', false],
  [['packages/app'], 'packages/app', true],
  [['packages/app'], 'packages/app-2', false],
  [['**'], 'node_modules/app', false],
  [[], 'packages/app', false],
];

describe('a list of members', () => {
  it.each(lists)('%j and %s: %j', async (patterns, path, listed) => {
    write('package.json', { workspaces: patterns });
    write('pnpm-workspace.yaml', `# A comment.\npackages: ${JSON.stringify(patterns)}\n`);
    const found = await Promise.all(managers.map((manager) => workspaceOf(at(path), manager)));
    const expected = listed ? { folder: at(), inside: path } : undefined;
    expect(found.map(({ workspace }) => workspace)).toEqual(managers.map(() => expected));
  });
});

describe('a workspace', () => {
  it('may be many folders above, past packages that list nothing', async () => {
    write('package.json', { workspaces: { packages: ['a/b/**'] } });
    write('a/package.json', { name: 'a' });
    const { workspace } = await workspaceOf(at('a/b/c/app'), 'yarn');
    expect(workspace).toEqual({ folder: at(), inside: 'a/b/c/app' });
  });

  it('of pnpm is the nearest one, and a project can be one itself', async () => {
    write('pnpm-workspace.yaml', 'packages: ["**"]');
    write('a/pnpm-workspace.yaml', 'packages: ["b"]');
    expect((await workspaceOf(at('a/c'), 'pnpm')).workspace).toBeUndefined();
    expect((await workspaceOf(at('a/b'), 'pnpm')).workspace?.folder).toBe(at('a'));
    write('c/pnpm-workspace.yaml', 'allowBuilds: {}');
    expect((await workspaceOf(at('c'), 'pnpm')).workspace).toBeUndefined();
  });

  it.each([
    ['pnpm', 'npm', 'pnpm-workspace.yaml', 'packages: ["*"]', ''],
    ['yarn', 'npm', 'package.json', '{"workspaces":["*"]}', 'yarn.lock'],
    ['yarn', 'bun', 'package.json', '{"workspaces":["*"],"packageManager":"yarn@4.1.0"}', ''],
    ['bun', 'pnpm', 'package.json', '{"workspaces":["*"]}', 'bun.lock'],
    ['npm', 'pnpm', 'package.json', '{"workspaces":["*"]}', ''],
  ] as const)(
    'of %s is one of another manager for %s',
    async (manager, chosen, path, text, lock) => {
      write(path, text);
      if (lock !== '') {
        write(lock, '');
      }
      const found = await workspaceOf(at('app'), chosen);
      expect(found.otherWorkspace).toEqual({ folder: at(), inside: 'app', manager });
      expect((await workspaceOf(at('app'), manager)).otherWorkspace).toBeUndefined();
    },
  );

  it.each(['{', '[]', '{"workspaces":7}', '{"workspaces":[7]}', 'null'])(
    'is not read from a broken file: %s',
    async (text) => {
      write('package.json', text);
      write('pnpm-workspace.yaml', text);
      expect((await workspaceOf(at('app'), 'npm')).workspace).toBeUndefined();
      expect((await workspaceOf(at('app'), 'pnpm')).workspace).toBeUndefined();
    },
  );

  it('is none below a package that lists nothing', async () => {
    expect(await workspaceOf(at('app'), 'yarn')).toEqual({});
    write('package.json', { private: true });
    expect(await workspaceOf(at('app'), 'yarn')).toEqual({ belowPackage: true });
  });
});

function init(path: string, ...options: string[]): void {
  execFileSync('git', ['init', '--quiet', ...options, at(path)], { env: place.sandbox.env });
}

describeWith(['git'], 'the repository around a project', () => {
  it.each(['app', 'a/b/app', "it's $x/ünï"])('has its path in it: %s', async (inside) => {
    init('repo');
    const found = { folder: at('repo'), inside };
    expect(await repositoryAround(at(`repo/${inside}`))).toEqual({ repository: found });
    mkdirSync(at(`repo/${inside}`), { recursive: true });
    expect(await repositoryAround(at(`repo/${inside}`))).toEqual({ repository: found });
  });

  it('is none: nothing above, its own, an empty .git, or one that ignores it', async () => {
    expect(await repositoryAround(at('app'))).toEqual({});
    init('own');
    expect(await repositoryAround(at('own'))).toEqual({});
    mkdirSync(at('empty/.git'), { recursive: true });
    expect(await repositoryAround(at('empty/app'))).toEqual({});
    init('home');
    write('home/.gitignore', '*\n');
    expect(await repositoryAround(at('home/app'))).toEqual({});
  });

  it('is missing also if git says so in another language', async () => {
    write('bin/git', '#!/bin/sh\necho "Schwerwiegend: Kein Git-Repository" >&2\nexit 128\n');
    chmodSync(at('bin/git'), 0o755);
    vi.stubEnv('PATH', at('bin'));
    try {
      expect(await repositoryAround(at('alone/app'))).toEqual({});
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('is unknown if git cannot read it', async () => {
    write('broken/.git', 'gitdir: /does/not/exist\n');
    expect(await repositoryAround(at('broken/app'))).toHaveProperty('unknownRepository');
    init('bare', '--bare');
    expect(await repositoryAround(at('bare/app'))).toHaveProperty('unknownRepository');
  });

  it.runIf(process.getuid?.() === 0)('is unknown if it belongs to another user', async () => {
    init('other');
    chownSync(at('other'), 65_534, 65_534);
    chownSync(at('other/.git'), 65_534, 65_534);
    expect(await repositoryAround(at('other/app'))).toEqual({
      unknownRepository: expect.stringContaining('dubious ownership'),
    });
  });
});
