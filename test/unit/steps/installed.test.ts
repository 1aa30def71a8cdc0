import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { missingPackages } from '../../../src/steps/installed.js';

const place = { folder: '' };

function write(path: string, text: string): void {
  mkdirSync(dirname(join(place.folder, path)), { recursive: true });
  writeFileSync(join(place.folder, path), text);
}

function add(folder: string, name: string, bin?: string | Record<string, string>): void {
  write(`${folder}node_modules/${name}/package.json`, JSON.stringify({ name, bin }));
}

beforeEach(() => {
  place.folder = mkdtempSync(join(tmpdir(), 'create-fastify-wss-test-'));
  const project = {
    scripts: { dev: 'tsx watch src', check: 'tsc', proxy: 'caddy run' },
    dependencies: { fastify: '5', '@fastify/cors': '11' },
    devDependencies: { tsx: '4', typescript: '7' },
  };
  write('packages/app/package.json', JSON.stringify(project));
});
afterEach(() => rmSync(place.folder, { recursive: true }));

const missing = (): string[] => missingPackages(join(place.folder, 'packages/app'), place.folder);

/** Where packages can be: in the project, or in a workspace above it. */
const folders = ['packages/app/', 'packages/', ''];

describe.each(folders)('packages in "%s"', (folder) => {
  beforeEach(() => {
    add(folder, 'fastify');
    add(folder, '@fastify/cors', 'cors.js');
    add(folder, 'tsx', 'cli.mjs');
    add(folder, 'typescript', { tsc: 'tsc.js' });
  });

  it.each(['', '.cmd', '.exe'])('are all installed, with programs "*%s"', (ending) => {
    write(`${folder}node_modules/.bin/tsx${ending}`, '');
    write(`${folder}node_modules/.bin/tsc${ending}`, '');
    expect(missing()).toEqual([]);
  });

  it('lack the programs of scripts', () => {
    expect(missing()).toEqual(['tsx', 'tsc']);
  });

  it('need no folder of programs with Yarn 4', () => {
    write(`${folder}node_modules/.yarn-state.yml`, '');
    expect(missing()).toEqual([]);
  });

  it('are missing each by itself', () => {
    write(`${folder}node_modules/.bin/tsx`, '');
    write(`${folder}node_modules/.bin/tsc`, '');
    rmSync(join(place.folder, folder, 'node_modules/@fastify'), { recursive: true });
    rmSync(join(place.folder, folder, 'node_modules/tsx'), { recursive: true });
    expect(missing()).toEqual(['@fastify/cors', 'tsx']);
  });
});

describe("packages of Plug'n'Play", () => {
  it('are installed if its file resolves them', () => {
    const known = ['fastify', 'tsx', 'typescript'];
    write(
      '.pnp.cjs',
      `exports.resolveToUnqualified = (name, from) => {
         if (from.endsWith('/packages/app/') && ${JSON.stringify(known)}.includes(name)) return name;
         throw new Error('not a dependency');
       };`,
    );
    expect(missing()).toEqual(['@fastify/cors']);
  });
});

describe('a project without an install', () => {
  it('lacks every package', () => {
    expect(missing()).toEqual(['fastify', '@fastify/cors', 'tsx', 'typescript']);
  });
});
