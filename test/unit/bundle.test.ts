import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { expect, it } from 'vitest';
import { root } from '../support/cli.js';

const dist = join(root, 'dist');
const scripts = readdirSync(dist).filter((name) => name.endsWith('.js'));

it('the bundle only imports its own files: no packages except Node’s modules', () => {
  const imports = scripts.flatMap((name) => {
    const source = readFileSync(join(dist, name), 'utf8');
    const { module } = parseSync(name, source);
    return module.staticImports.map(({ moduleRequest }) => moduleRequest.value);
  });
  expect(imports.length).toBeGreaterThan(0);
  expect(imports.filter((name) => !/^(\.\/|node:)/.test(name))).toEqual([]);
});

it('the program can be started directly', () => {
  expect(readFileSync(join(dist, 'cli.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(statSync(join(dist, 'cli.js')).mode & 0o111).toBe(0o111);
});
