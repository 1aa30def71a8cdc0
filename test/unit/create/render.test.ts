import Handlebars from 'handlebars';
import { check } from 'prettier';
import { parse } from 'yaml';
import { parseEnv } from 'node:util';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHandlebars } from '../../../src/project/compile/tags.js';
import { namesFor } from '../../../src/project/compile/names.js';
import { escapeFor, textLanguageOf } from '../../../src/core/escape.js';
import { checkPart } from '../../../src/core/paths.js';
import { features } from '../../../src/options/features.js';
import { heldBack } from '../../../src/options/package-managers.js';
import { render } from '../../../src/core/render.js';
import type { Answers } from '../../../src/options/answers.js';
import type { PlannedFile } from '../../../src/project/plan/project.js';
import { templateValues, standardPaths } from '../../../src/project/plan/template-values.js';
import { answersOf, combinations } from '../../support/combinations.js';
import { root } from '../../support/cli.js';
import { parseCode, parseFile } from '../../support/parsers.js';
import { fileOf, rendered, templates } from '../../support/rendered.js';

const style = { singleQuote: true, printWidth: 100 };

interface Imports {
  packages: string[];
  relative: string[];
}

/** The same, read once for all combinations that share the file. */
function importsOf(file: PlannedFile): Imports {
  const key = `${file.path}\n${file.contents}`;
  const known = read.get(key) ?? readImports(file);
  read.set(key, known);
  return known;
}

/** The modules that a file imports: its own package's files, other packages, and Node's. */
function readImports(file: PlannedFile): Imports {
  const { path } = file;
  const module = parseCode(file);
  const named = module.staticImports.map((each) => each.moduleRequest.value);
  const again = module.staticExports
    .flatMap((each) => each.entries.map((entry) => entry.moduleRequest?.value))
    .filter((name) => name !== undefined);
  const all = [...named, ...again];
  return {
    packages: all.filter((name) => !/^(node:|\.)/.test(name)),
    relative: all
      .filter((name) => name.startsWith('.'))
      .map((name) => posix.join(posix.dirname(path), name)),
  };
}

/** What the first list has and the second lacks. */
function without(wanted: string[], there: string[]): string[] {
  return wanted.filter((each) => !there.includes(each));
}

/** The record is written and read by programs, in the format of JSON.stringify. */
function parserOf(path: string): { filepath: string } | { parser: 'json-stringify' } {
  return path === '.create-fastify-wss.json' ? { parser: 'json-stringify' } : { filepath: path };
}

const [checked, read] = [new Map<string, Promise<boolean>>(), new Map<string, Imports>()];

/** Whether Prettier would leave a file unchanged. Most combinations share most files. */
function isFormatted({ path, contents }: PlannedFile): Promise<boolean> {
  const key = `${path}\n${contents}`;
  const known = checked.get(key) ?? check(contents, { ...style, ...parserOf(path) });
  checked.set(key, known);
  return known;
}

function packageNameOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

const isCode = ({ path }: PlannedFile): boolean => /\.[jt]s$/.test(path);

describe.each(combinations)('%s', (_name, answers) => {
  it('renders files that parse, are formatted and contain no tag', async () => {
    const files = rendered(answers);
    files.forEach(parseFile);
    for (const file of files) {
      expect(file.contents.replaceAll(/\$\{\{.*?\}\}/g, ''), file.path).not.toMatch(/\{\{|\uFDD0/);
      // The name in the templates: a line with it lacks its tag.
      expect(file.contents, file.path).not.toContain('fastify-wss-app');
      expect(file.contents.endsWith('\n') && !file.contents.endsWith('\n\n'), file.path).toBe(true);
    }
    const formatted = files.filter(({ path }) => /\.([jt]s|json|html|css|ya?ml)$/.test(path));
    const unformatted = await Promise.all(
      formatted.map(async (file) => ((await isFormatted(file)) ? [] : [file.path])),
    );
    expect(unformatted.flat()).toEqual([]);
  });

  it('has every imported file and package, and none that is unused', () => {
    const files = rendered(answers);
    const paths = files.map(({ path }) => path);
    const imports = files.filter(isCode).map(importsOf);
    const typescript = answers.language === 'ts';
    const onDisk = (path: string): string => {
      const source = typescript ? path.replace(/\.js$/, '.ts') : path;
      return paths.includes(source) ? source : path;
    };
    expect(
      without(
        imports.flatMap(({ relative }) => relative.map(onDisk)),
        paths,
      ),
    ).toEqual([]);

    const manifest = JSON.parse(fileOf(files, 'package.json'));
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const used = [...new Set(imports.flatMap(({ packages }) => packages.map(packageNameOf)))];
    expect(without(used, declared)).toEqual([]);
    const text = files
      .filter(isCode)
      .map(({ contents }) => contents)
      .join('\n');
    const scripts = Object.values(manifest.scripts).join('\n').replaceAll('tsc', 'typescript');
    const idle = declared.filter(
      (name) =>
        !name.startsWith('@types/') && !text.includes(`'${name}'`) && !scripts.includes(name),
    );
    expect(idle).toEqual([]);
  });

  it('names only existing files in its scripts', () => {
    const files = rendered(answers);
    const manifest: { scripts: Record<string, string> } = JSON.parse(fileOf(files, 'package.json'));
    const lines = Object.values(manifest.scripts).join(' ');
    const named = lines.match(/[\w./-]+\.(ts|js|json|conf|Caddyfile)\b/g) ?? [];
    const sources = named.filter((path) => !path.startsWith('dist/'));
    expect(
      without(
        sources,
        files.map(({ path }) => path),
      ),
    ).toEqual([]);
  });

  it('has settings that match the answers', () => {
    const files = rendered(answers);
    const env = parseEnv(fileOf(files, '.env'));
    expect(env['HTTPS']).toBe(String(answers.https && answers.certSource !== 'proxy'));
    expect(env['DOMAINS']).toBe(answers.origins.join(','));
    expect(env['PORT']).toBe(String(answers.port));
    expect(env['HOST']).toBe(answers.host);
    expect(env['PRIV_KEY']).toBe(answers.keyFile ?? 'certs/key.pem');
    expect(env['CERT_KEY']).toBe(answers.certFile ?? 'certs/cert.pem');
    expect(env['CA_CERT']).toBe(answers.caFile ?? '');
    expect(env['TRUST_PROXY'] === '').toBe(answers.certSource !== 'proxy');
    const example = parseEnv(fileOf(files, '.env.example'));
    expect(example).toEqual({
      ...env,
      PRIV_KEY: 'certs/key.pem',
      CERT_KEY: 'certs/cert.pem',
      CA_CERT: '',
    });
  });

  it('records nothing about this machine or this run', () => {
    const files = rendered(answers);
    const record = JSON.parse(fileOf(files, '.create-fastify-wss.json'));
    expect(Object.keys(record)).toEqual(['version', 'name', 'answers']);
    expect(Object.keys(record.answers)).not.toEqual(
      expect.arrayContaining(['directory', 'keyFile', 'install', 'git', 'mkcertInstall']),
    );
  });

  it('only has names that are possible on every system', () => {
    const parts = rendered(answers).flatMap(({ path }) => path.split('/'));
    expect(() => parts.forEach((part) => checkPart(part))).not.toThrow();
  });

  it('renders the same bytes twice', () => {
    expect(rendered(answers)).toEqual(rendered(answers));
  });
});

describe('a template', () => {
  it('renders as with Handlebars itself', () => {
    const originals = templates.files.filter(({ language }) => language !== 'js');
    for (const template of originals) {
      const { path } = template;
      const source = toHandlebars(
        readFileSync(join(root, 'templates', path), 'utf8'),
        namesFor(path),
      );
      const handlebars = Handlebars.compile(source, { noEscape: true });
      for (const [name, answers] of combinations) {
        const flags = Object.fromEntries(features.map((each) => [each.name, each.on(answers)]));
        const values = templateValues({ name: 'chat', answers, paths: standardPaths });
        const language = textLanguageOf(path);
        const named = Object.entries(values).filter(([key]) => source.includes(`{{${key}}}`));
        const escaped = named.map(([key, value]) => [key, escapeFor(language ?? 'dotenv', value)]);
        // A file name contains flags or values; `https` is both.
        const theirs = handlebars({ ...flags, ...Object.fromEntries(escaped) });
        expect(render(template, { flags, values }), `${path} ${name}`).toBe(
          theirs.replaceAll('\uFDD0', '{').replaceAll('\uFDD1', '\\'),
        );
      }
    }
  });

  it('has an owner only if it exists', () => {
    const paths = templates.files.map(({ path }) => path);
    const manifest = JSON.parse(readFileSync(join(root, 'templates/package.json'), 'utf8'));
    for (const feature of features) {
      expect(without(feature.files ?? [], paths)).toEqual([]);
      const packages = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
      expect(without(feature.packages ?? [], packages)).toEqual([]);
      expect(without(feature.scripts ?? [], Object.keys(manifest.scripts))).toEqual([]);
    }
  });

  it('limits package versions with the settings of each package manager', () => {
    const { cookie, 'strip-json-comments': comments } = heldBack;
    const filesFor = (packageManager: Answers['packageManager']): PlannedFile[] =>
      rendered(answersOf({ packageManager }));
    const keysFor = (packageManager: Answers['packageManager']): unknown => {
      const project = JSON.parse(fileOf(filesFor(packageManager), 'package.json'));
      return project.overrides ?? project.resolutions;
    };
    expect(keysFor('npm')).toEqual({
      'light-my-request': { cookie },
      'pino-pretty': { 'strip-json-comments': comments },
    });
    expect(parse(fileOf(filesFor('pnpm'), 'pnpm-workspace.yaml')).overrides).toEqual({
      'light-my-request>cookie': cookie,
      'pino-pretty>strip-json-comments': comments,
    });
    expect(keysFor('yarn')).toEqual({ cookie, 'pino-pretty/strip-json-comments': comments });
    expect([keysFor('pnpm'), keysFor('bun')]).toEqual([undefined, undefined]);
  });

  it('of a proxy is only rendered with that proxy', () => {
    const proxied = (given: Partial<Answers>): string[] =>
      rendered(answersOf(given))
        .map(({ path }) => path)
        .filter((path) => path.startsWith('proxy/'));
    expect(proxied({})).toEqual([]);
    expect(proxied({ certSource: 'proxy' })).toEqual([
      'proxy/Caddyfile',
      'proxy/README.md',
      'proxy/local.Caddyfile',
    ]);
    expect(proxied({ certSource: 'proxy', reverseProxy: 'nginx' })).toEqual([
      'proxy/README.md',
      'proxy/nginx.conf',
      'proxy/nginx.local.conf',
    ]);
  });
});
