import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../../package.json' with { type: 'json' };
import { root } from '../../support/cli.js';
import { blocksOf } from '../../support/parsers.js';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const documents = [
  'README.md',
  '.github/CONTRIBUTING.md',
  '.github/SECURITY.md',
  '.github/CHANGELOG.md',
];
const contributing = read('.github/CONTRIBUTING.md');

function foldersIn(path: string): string[] {
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${path}/${name}`);
}

it('the map of CONTRIBUTING.md has every folder of src, and no other', () => {
  const [, map = ''] = contributing.split(/<!-- \/?map -->/);
  const named = [...map.matchAll(/^\| `(.+?)`/gm)].map(([, folder]) => folder);
  expect(named.toSorted()).toEqual(foldersIn('src').toSorted());
});

it('README.md shows the route as it is', () => {
  const [route] = blocksOf('ts', read('README.md'));
  expect(read('templates/src/routes/live.ts')).toContain(route);
});

describe.each(documents)('%s', (path) => {
  const text = read(path);

  it('only links to existing files and headings', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = '', heading = ''] = link.split('#');
        const target = join(root, file === '' ? path : join(dirname(path), file));
        const headings = existsSync(target) ? readFileSync(target, 'utf8').match(/^#+ .*$/gm) : [];
        return !existsSync(target) || (heading !== '' && !headings?.some(isNamed(heading)));
      });
    expect(broken).toEqual([]);
  });

  it('only names files and scripts that exist', () => {
    const files = [...text.matchAll(/`((?:src|test|templates)\/[\w./-]+)`/g)];
    expect(files.map(([, file = '']) => file).filter((file) => !isKept(file))).toEqual([]);
    const scripts = [...text.matchAll(/npm run (?!dev|proxy)([\w:]+)(?! -w)/g)].map(
      ([, name = '']) => name,
    );
    expect(scripts.filter((name) => path !== 'README.md' && !(name in manifest.scripts))).toEqual(
      [],
    );
  });
});

/** The name that GitHub gives to a heading. */
function isNamed(name: string) {
  return (heading: string): boolean => {
    const words = heading.replace(/^#+ /, '').toLowerCase();
    return words.replaceAll(/[^\w\s-]/g, '').replaceAll(/\s/g, '-') === name;
  };
}

/** A path of a project, in README.md, lies in `templates`. */
function isKept(path: string): boolean {
  return [path, join('templates', path)].some((each) => existsSync(join(root, each)));
}

it('the form for bugs has what GitHub needs, and asks for --json', () => {
  const { name, description, body } = parse(read('.github/ISSUE_TEMPLATE/bug.yml'));
  expect([name, description].every((text) => typeof text === 'string')).toBe(true);
  const fields: {
    type: string;
    id?: string;
    attributes: { label?: string; description?: string };
  }[] = body;
  const kinds = ['markdown', 'textarea', 'input', 'dropdown', 'checkboxes'];
  expect(fields.filter(({ type }) => !kinds.includes(type))).toEqual([]);
  const asked = fields.filter(({ type }) => type !== 'markdown');
  expect(asked.filter(({ id, attributes }) => id === undefined || !attributes.label)).toEqual([]);
  expect(new Set(asked.map(({ id }) => id)).size).toBe(asked.length);
  const json = asked.find(({ id }) => id === 'json');
  expect(json?.attributes.description).toMatch(/no keys, passwords.+but paths, host names/s);
});
