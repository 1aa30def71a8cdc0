import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { root } from '../../support/cli.js';

const src = join(root, 'src');

/** The layers, lowest first: modules import from lower layers or from their own folder. */
const commands = ['create', 'certs', 'doctor', 'update'];
const layers =
  'core options trust/table io ca trust pair steps project disk command create certs doctor update .'.split(
    ' ',
  );

/** What only one module may import. */
const homes: Record<string, string[]> = {
  execa: ['io/run-with-execa.ts'],
  nanotar: ['io/npm-package.ts'],
  'fs-extra': ['build/notices.ts', 'build/tsup.config.ts'],
  'handlebars/dist/cjs/handlebars/compiler/base.js': ['project/compile/tags.ts'],
  '@peculiar/x509': ['ca/x509-library.ts'],
  'reflect-metadata': ['ca/x509-library.ts'],
  ws: ['create/verify/exchange.ts'],
  picocolors: ['io/ui.ts'],
  '@clack/prompts': ['command/clack.ts'],
  'jsonc-parser': ['update/merge-json/document.ts'],
};

/**
 * What the service and the generator know about settings. It has no side effects, and its home is
 * the service.
 */
const shared = [
  '../templates/src/settings.js',
  '../templates/src/lib/auth-settings.js',
  '../templates/src/lib/errors.js',
  '../templates/src/lib/origins.js',
  '../templates/src/lib/proxies.js',
  '../templates/src/lib/setting-rows.js',
];

/** Modules of Node without side effects; of node:net, the functions that check an address. */
const harmless = ['node:util', 'node:net'];
const harmlessOfNet = ['BlockList', 'isIP', 'isIPv4'];
const pure = [
  'core/',
  'options/',
  'trust/table/',
  'pair/request.',
  'doctor/rules/',
  'update/merge-json/',
  'update/moved-imports/',
];
/** What rules get, and what happens to their verdicts. */
const pureOfDoctor =
  /^doctor\/(client|verdict|judge|suppress|report|text|stages|(\w+-)?evidence)\.[jt]s$/;

function isPure(path: string): boolean {
  return (
    pure.some((folder) => path.startsWith(folder)) ||
    /^\w+\/plan\//.test(path) ||
    pureOfDoctor.test(path)
  );
}

interface Module {
  path: string;
  imports: string[];
  /** Its imports from this repository, relative to `src`. */
  inner: string[];
  /** Its imports from node:net. */
  ofNet: (string | null)[];
}

/** Reads a module by its path, relative to `src`. */
function moduleAt(path: string): Module {
  const source = readFileSync(join(src, path), 'utf8');
  const { module } = parseSync(path, source);
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
    source.slice(start + 1, end - 1),
  );
  const imports = [
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...dynamic,
  ];
  return {
    path,
    imports,
    inner: imports
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(src, resolve(src, dirname(path), name))),
    ofNet: module.staticImports
      .filter(({ moduleRequest }) => moduleRequest.value === 'node:net')
      .flatMap(({ entries }) => entries.map(({ importName }) => importName.name)),
  };
}

const modules: Module[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map(moduleAt);

function topOf(path: string): string {
  return dirname(path).split('/')[0] ?? '';
}

/** The deepest folder of a path that is a layer. */
function layerOf(path: string): number {
  const folder = dirname(path);
  const own = layers.filter((layer) => folder === layer || folder.startsWith(`${layer}/`));
  return layers.indexOf(own.toSorted((a, b) => b.length - a.length)[0] ?? '');
}

describe('the modules of the generator', () => {
  it('are found', () => {
    expect(modules.length).toBeGreaterThan(30);
  });

  it('only import from lower layers', () => {
    const upwards = modules
      .filter(({ path }) => dirname(path) !== 'build')
      .flatMap(({ path, inner }) =>
        inner
          .filter((imported) => !shared.includes(imported))
          .filter((imported) => layerOf(imported) > layerOf(path) || layerOf(imported) < 0)
          .map((imported) => `${path} imports ${imported}`),
      );
    expect(upwards).toEqual([]);
  });

  it('belong to one command, or to none', () => {
    const across = modules.flatMap(({ path, inner }) => {
      const others = commands.filter((name) => name !== topOf(path));
      return inner
        .filter((imported) => commands.includes(topOf(path)) && others.includes(topOf(imported)))
        .map((imported) => `${path} imports ${imported}`);
    });
    expect(across).toEqual([]);
  });

  it('share with the service only modules without side effects', () => {
    // Of node:net, only functions that check an address.
    const strays = shared
      .map((path) => moduleAt(path.replace(/\.js$/, '.ts')))
      .flatMap(({ path, imports }) =>
        imports
          .filter((name) => name !== 'node:net')
          .filter((name) => !shared.includes(relative(src, resolve(src, dirname(path), name))))
          .map((name) => `${path} imports ${name}`),
      );
    expect(strays).toEqual([]);
  });

  it('keep each library in one home', () => {
    const strays = Object.entries(homes).flatMap(([name, home]) =>
      modules
        .filter(({ path, imports }) => imports.includes(name) && !home.includes(path))
        .map(({ path }) => `${path} imports ${name}`),
    );
    expect(strays).toEqual([]);
  });

  it('are pure where decisions are made', () => {
    const impure = modules
      .filter(({ path }) => isPure(path))
      .flatMap(({ path, imports }) =>
        imports
          .filter((name) => name.startsWith('node:') && !harmless.includes(name))
          .map((name) => `${path} imports ${name}`),
      );
    expect(impure).toEqual([]);
  });

  it('only import pure modules, if they are pure', () => {
    const strays = modules
      .filter(({ path }) => isPure(path))
      .flatMap(({ path, inner }) =>
        inner
          .filter((imported) => !shared.includes(imported) && !isPure(imported))
          .map((imported) => `${path} imports ${imported}`),
      );
    expect(strays).toEqual([]);
  });

  it('only import pure functions from node:net, if they are pure', () => {
    const strays = modules
      .filter(({ path }) => isPure(path))
      .flatMap(({ path, ofNet }) =>
        ofNet
          .filter((name) => !harmlessOfNet.includes(name ?? ''))
          .map((name) => `${path} imports ${name}`),
      );
    expect(strays).toEqual([]);
  });
});
