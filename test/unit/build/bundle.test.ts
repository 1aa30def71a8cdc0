import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, it } from 'vitest';
import { root } from '../../support/cli.js';

const dist = join(root, 'dist');
const scripts = readdirSync(dist).filter((name) => name.endsWith('.js'));

/** @returns what a script loads with a call of `require`, or of `import`, which is left for neither */
function loadedBy(name: string): string[] {
  const source = readFileSync(join(dist, name), 'utf8');
  const loaded: string[] = [];
  const visitor = new Visitor({
    CallExpression: ({ callee, arguments: [module] }) => {
      if (callee.type === 'Identifier' && callee.name === 'require') {
        loaded.push(source.slice(module?.start, module?.end));
      }
    },
    ImportExpression: ({ source: module }) => void loaded.push(`import ${module.type}`),
  });
  visitor.visit(parseSync(name, source).program);
  return loaded;
}

it('the bundle only loads its own files: no packages except Node’s modules', () => {
  const loaded = scripts.flatMap(loadedBy);
  expect(loaded.length).toBeGreaterThan(0);
  expect(loaded.filter((name) => !/^"(\.\/[\w-]+\.js|node:[\w/]+)"$/.test(name))).toEqual([]);
});

it('the program can be started directly', () => {
  expect(readFileSync(join(dist, 'cli.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(statSync(join(dist, 'cli.js')).mode & 0o111).toBe(0o111);
});
