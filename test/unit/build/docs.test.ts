import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { documents, tables } from '../../../src/build/docs.js';
import { settingNames } from '../../../templates/src/settings.js';
import { root } from '../../support/cli.js';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

it.each(Object.entries(documents))('%s is up to date with `npm run docs`', async (path, write) => {
  const text = read(path);
  expect(await write(text), 'Run: npm run docs').toBe(text);
});

it('README.md has a place for every table', () => {
  const places = [...read('README.md').matchAll(/<!-- table: (.+) -->/g)].map(([, name]) => name);
  expect(places.toSorted()).toEqual(Object.keys(tables).toSorted());
});

it('the README of a project, or the page of an extra, has a row for every setting', () => {
  const pages = readdirSync(join(root, 'templates/docs')).map((name) => `templates/docs/${name}`);
  const text = ['templates/README.md', ...pages].map(read).join('\n');
  expect(settingNames.filter((name) => !text.includes(`\n| \`${name}\` `))).toEqual([]);
});
