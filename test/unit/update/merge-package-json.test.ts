import { describe, expect, it } from 'vitest';
import { mergePackageJson } from '../../../src/update/merge-json/merge-json.js';

type Json = Record<string, unknown>;

interface Case {
  title: string;
  base: Json;
  ours: Json;
  theirs: Json;
  /** The result; without it, the owner's stays as it is. */
  result?: Json;
  /** The paths of what was kept. */
  kept?: string[];
  /** The paths of conflicts. */
  conflicts?: string[];
}

function text(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function merged(base: string, ours: string, theirs: string): { text: string } & Json {
  const { kept, conflicts, ...rest } = mergePackageJson({ base, ours, theirs }) ?? {
    text: 'no JSON',
    kept: [],
    conflicts: [],
  };
  const paths = (list: { path: string[] }[]): string[] => list.map(({ path }) => path.join(' '));
  return { ...rest, kept: paths(kept), conflicts: paths(conflicts) };
}

function dependency(range: string | undefined, group = 'dependencies'): Json {
  return range === undefined ? {} : { [group]: { fastify: range } };
}

/** One package whose range, in `dependencies` if it is a text, differs in the three files. */
function row(title: string, ranges: (string | Json | undefined)[], rest: Partial<Case> = {}): Case {
  const [base, ours, theirs, result] = ranges.map((range) =>
    typeof range === 'object' ? range : dependency(range),
  );
  const ends = ranges.length > 3 && result !== undefined ? { result } : {};
  return { title, base: base ?? {}, ours: ours ?? {}, theirs: theirs ?? {}, ...ends, ...rest };
}

const development = (range: string): Json => dependency(range, 'devDependencies');
const fastify = { kept: ['dependencies fastify'] };
const incomparable = [
  '*',
  '',
  'latest',
  'next',
  'file:../fastify',
  'link:../fastify',
  'workspace:^5.0.0',
  'workspace:*',
  'catalog:',
  'npm:@owner/fastify@^5.0.0',
  'github:owner/fastify#main',
  'https://example.com/fastify.tgz',
  '<6',
  '^4.0.0 || ^5.0.0',
];

const ranges: Case[] = [
  row('the range of the owner, if it begins later', ['^5.0.0', '^5.9.0', '^5.2.0']),
  row('the new range, if it begins later', ['^5.0.0', '^5.1.0', '^6.0.0', '^6.0.0']),
  row('the new range, if the owner holds it back', ['^5.1.0', '~5.0.9', '^5.2.0', '^5.2.0']),
  row('the range of the owner, if both begin with the same', ['^5.0.0', '~5.2.0', '^5.2.0']),
  row('a lower range, if the owner left it', ['^5.9.0', '^5.9.0', '^5.2.0', '^5.2.0']),
  row('a pin that is taken back', ['5.1.0', '5.1.0', '^5.1.0', '^5.1.0']),
  row('a pre-release of the owner', ['^5.0.0', '^6.0.0-beta.2', '^6.0.0-beta.1']),
  row('a release rather than its pre-release', ['^5.0.0', '^6.0.0-beta.2', '^6.0.0', '^6.0.0']),
  row('what begins later, of ranges with two bounds', ['^5.0.0', '>=5.1 <5.3', '5.0.1 - 6']),
  row('a range that begins with zero', ['^0.0.1', '^0', '^0.1.0', '^0.1.0']),
  ...incomparable.map((range) =>
    row(`"${range}" of the owner`, ['^5.0.0', range, '^6.0.0'], fastify),
  ),
  ...incomparable.map((range) =>
    row(`the range of the owner rather than "${range}"`, ['^5.0.0', '^5.1.0', range], fastify),
  ),
  row('"*" that the owner left', ['*', '*', '^6.0.0', '^6.0.0']),
  row('the higher of two new ranges', [undefined, '^5.1.0', '^5.2.0', '^5.2.0']),
];

const places: Case[] = [
  row('no package that the owner removed', ['^5.0.0', {}, '^6.0.0'], fastify),
  row('no package that the owner removed with its group', [
    '^5.0.0',
    { dependencies: {} },
    '^5.0.0',
  ]),
  row('a package where its owner moved it', [
    '^5.0.0',
    development('^5.0.0'),
    '^6.0.0',
    development('^6.0.0'),
  ]),
  row('a package where its owner moved and raised it', ['^5.0.0', development('^6.1.0'), '^6.0.0']),
  row('a package once, that the owner added to another group', [
    {},
    development('^5.0.0'),
    '^6.0.0',
    development('^6.0.0'),
  ]),
  row('a package once, if the owner left the group that gets it', [
    { dependencies: { ws: '^8.0.0' } },
    { dependencies: { ws: '^8.0.0' }, devDependencies: { fastify: '^5.3.0' } },
    { dependencies: { fastify: '^5.0.0', ws: '^8.1.0' } },
    { dependencies: { ws: '^8.1.0' }, devDependencies: { fastify: '^5.3.0' } },
  ]),
  row('a package in the group to which the new version moved it', [
    '^5.0.0',
    '^5.0.0',
    development('^6.0.0'),
    development('^6.0.0'),
  ]),
  row('a raised package in the group to which the new version moved it', [
    '^5.0.0',
    '^6.1.0',
    development('^6.0.0'),
    development('^6.1.0'),
  ]),
  row('a package in the group to which both moved it', [
    '^5.0.0',
    development('^5.0.0'),
    development('^6.0.0'),
    development('^6.0.0'),
  ]),
  row('a package in a group of the owner, if both moved it', [
    '^5.0.0',
    dependency('^5.0.0', 'optionalDependencies'),
    development('^6.0.0'),
    dependency('^6.0.0', 'optionalDependencies'),
  ]),
  row('no package that the new version dropped', ['^5.0.0', '^5.0.0', {}, {}]),
  row('a dropped package that the owner raised', ['^5.0.0', '^5.1.0', {}], fastify),
  row('a dropped package that the owner moved', ['^5.0.0', development('^5.0.0'), {}], {
    kept: ['devDependencies fastify'],
  }),
  row('a package that is both a peer and for development', [
    development('^5.0.0'),
    development('^5.0.0'),
    { ...development('^6.0.0'), ...dependency('>=5', 'peerDependencies') },
    { ...development('^6.0.0'), ...dependency('>=5', 'peerDependencies') },
  ]),
  row('a raised peer', [
    dependency('>=4', 'peerDependencies'),
    dependency('>=4.1', 'peerDependencies'),
    dependency('>=5', 'peerDependencies'),
    dependency('>=5', 'peerDependencies'),
  ]),
  row('a group that is no object', ['^5.0.0', { dependencies: [] }, '^6.0.0'], {
    conflicts: ['dependencies'],
  }),
  row('a new group next to the others, in its order', [
    { name: 'chat', dependencies: { ws: '^8.0.0' }, license: 'MIT' },
    { name: 'chat', dependencies: { ws: '^8.0.0' }, license: 'MIT' },
    {
      name: 'chat',
      dependencies: { ws: '^8.0.0' },
      devDependencies: { oxlint: '^1.0.0', tsx: '^4.0.0' },
      license: 'MIT',
    },
    {
      name: 'chat',
      dependencies: { ws: '^8.0.0' },
      devDependencies: { oxlint: '^1.0.0', tsx: '^4.0.0' },
      license: 'MIT',
    },
  ]),
  row('new packages in order, if the owner keeps them in order', [
    { dependencies: { b: '1', d: '1' } },
    { dependencies: { a: '1', b: '1', d: '1' } },
    { dependencies: { b: '1', c: '1', d: '1', e: '1' } },
    { dependencies: { a: '1', b: '1', c: '1', d: '1', e: '1' } },
  ]),
  row('new packages after their neighbours, if the owner does not', [
    { dependencies: { d: '1', b: '1' } },
    { dependencies: { x: '1', d: '1', a: '1', b: '1' } },
    { dependencies: { first: '1', d: '1', c: '1', b: '1', e: '1' } },
    { dependencies: { x: '1', first: '1', d: '1', c: '1', a: '1', b: '1', e: '1' } },
  ]),
  row('what npm itself may call a prototype', [
    JSON.parse('{ "dependencies": { "__proto__": "^1.0.0" } }'),
    JSON.parse('{ "dependencies": { "__proto__": "^1.0.0", "a": "1" } }'),
    JSON.parse('{ "dependencies": { "__proto__": "^2.0.0", "constructor": "^1.0.0" } }'),
    JSON.parse('{ "dependencies": { "__proto__": "^2.0.0", "a": "1", "constructor": "^1.0.0" } }'),
  ]),
];

const fields: Case[] = [
  {
    title: 'a script that the owner renamed',
    base: { scripts: { try: 'a', test: 'b' } },
    ours: { scripts: { dev: 'a', test: 'b' } },
    theirs: { scripts: { try: 'c', test: 'b' } },
    kept: ['scripts try'],
  },
  {
    title: 'a script that both changed',
    base: { scripts: { test: 'a', lint: 'b' } },
    ours: { scripts: { test: 'mine', lint: 'b' } },
    theirs: { scripts: { test: 'c', lint: 'd' } },
    result: { scripts: { test: 'mine', lint: 'd' } },
    conflicts: ['scripts test'],
  },
  {
    title: 'a script that both added',
    base: {},
    ours: { scripts: { test: 'mine' } },
    theirs: { scripts: { test: 'a', lint: 'b' } },
    result: { scripts: { test: 'mine', lint: 'b' } },
    conflicts: ['scripts test'],
  },
  {
    title: 'a script that the owner changed and the new version dropped',
    base: { scripts: { test: 'a', try: 'b' } },
    ours: { scripts: { test: 'a', try: 'mine' } },
    theirs: { scripts: { test: 'a' } },
    kept: ['scripts try'],
  },
  {
    title: 'no scripts, if the owner removed them',
    base: { scripts: { test: 'a' } },
    ours: { name: 'chat' },
    theirs: { scripts: { test: 'b', lint: 'c' } },
    kept: ['scripts'],
  },
  {
    title: 'the scripts of the owner, if the new version has none',
    base: { scripts: { test: 'a' } },
    ours: { scripts: { test: 'a', mine: 'b' } },
    theirs: {},
    result: { scripts: { mine: 'b' } },
  },
  {
    title: 'no scripts, if the new version has none and the owner added none',
    base: { scripts: { test: 'a' } },
    ours: { scripts: { test: 'a' }, type: 'module' },
    theirs: {},
    result: { type: 'module' },
  },
  {
    title: 'name, version, private and author of the owner',
    base: { name: 'a', version: '0.1.0', private: true },
    ours: { name: '@team/chat', version: '2.0.0', author: 'Ann' },
    theirs: { name: 'b', version: '0.2.0', private: false, author: 'Someone' },
  },
  {
    title: 'a list that both extended',
    base: { files: ['dist'] },
    ours: { files: ['dist', 'mine'] },
    theirs: { files: ['dist', 'certs'] },
    result: { files: ['dist', 'mine', 'certs'] },
  },
  {
    title: 'a list from which both removed something',
    base: { files: ['a', 'b', 'c', 'd'] },
    ours: { files: ['b', 'c', 'd', 'mine'] },
    theirs: { files: ['new', 'a', 'b', 'd'] },
    result: { files: ['new', 'b', 'd', 'mine'] },
  },
  {
    title: 'the order of a list that only the new version changed',
    base: { files: ['a', 'b'] },
    ours: { files: ['a', 'b'], type: 'module' },
    theirs: { files: ['b', 'a', 'a'] },
    result: { files: ['b', 'a', 'a'], type: 'module' },
  },
  {
    title: 'a list of objects that one side changed',
    base: { funding: [{ url: 'a' }], contributors: [{ name: 'a' }] },
    ours: { funding: [{ url: 'a' }], contributors: [{ name: 'mine' }] },
    theirs: { funding: [{ url: 'b' }], contributors: [{ name: 'a' }] },
    result: { funding: [{ url: 'b' }], contributors: [{ name: 'mine' }] },
  },
  {
    title: 'a list of objects that both changed',
    base: { funding: [{ url: 'a' }] },
    ours: { funding: [{ url: 'mine' }] },
    theirs: { funding: [{ url: 'b' }] },
    conflicts: ['funding'],
  },
  {
    title: 'the engine that begins later',
    base: { engines: { node: '>=20.19', npm: '>=10' } },
    ours: { engines: { node: '>=22', npm: '>=10' } },
    theirs: { engines: { node: '>=20.20', npm: '>=11' } },
    result: { engines: { node: '>=22', npm: '>=11' } },
  },
  {
    title: 'engines of the owner that cannot be compared',
    base: { engines: { node: '>=20.19' } },
    ours: { engines: { node: '^20 || ^22' } },
    theirs: { engines: { node: '>=22' } },
    kept: ['engines node'],
  },
  {
    title: 'overrides key by key',
    base: { overrides: { a: '1.0.0', b: { c: '1.0.0', d: '1.0.0' } } },
    ours: { overrides: { a: '1.0.0', b: { c: '1.5.0', d: '1.0.0' }, mine: '1.0.0' } },
    theirs: { overrides: { b: { c: '1.0.0', d: '2.0.0' }, e: '1.0.0' } },
    result: { overrides: { b: { c: '1.5.0', d: '2.0.0' }, e: '1.0.0', mine: '1.0.0' } },
  },
  {
    title: 'no override that the new version takes back, and that of the owner',
    base: { overrides: { a: '1.0.0' }, resolutions: { b: '1.0.0' } },
    ours: { overrides: { a: '1.0.0' }, resolutions: { b: '1.0.0', mine: '1' } },
    theirs: {},
    result: { resolutions: { mine: '1' } },
  },
  {
    title: 'settings of pnpm key by key',
    base: { pnpm: { overrides: { a: '1.0.0' }, onlyBuiltDependencies: ['esbuild'] } },
    ours: { pnpm: { overrides: { a: '1.0.0', mine: '1' }, onlyBuiltDependencies: ['esbuild'] } },
    theirs: { pnpm: { overrides: { a: '1.1.0' }, onlyBuiltDependencies: ['esbuild', 'oxc'] } },
    result: {
      pnpm: { overrides: { a: '1.1.0', mine: '1' }, onlyBuiltDependencies: ['esbuild', 'oxc'] },
    },
  },
  {
    title: 'a value whose kind both changed',
    base: { repository: 'a' },
    ours: { repository: { type: 'git', url: 'mine' } },
    theirs: { repository: ['b'] },
    conflicts: ['repository'],
  },
];

describe('a merged package.json has', () => {
  it.each([...ranges, ...places, ...fields])('$title', (each) => {
    const { base, ours, theirs, result = ours, kept = [], conflicts = [] } = each;
    const found = merged(text(base), text(ours), text(theirs));
    expect(found).toEqual({ text: text(result), kept, conflicts });
  });

  it('both values of a conflict and of what was kept, with the reason', () => {
    const base = text({ scripts: { test: 'a', dev: 'b' } });
    const ours = text({ scripts: { test: 'mine' } });
    const theirs = text({ scripts: { test: 'c', dev: 'd' } });
    const { kept, conflicts } = mergePackageJson({ base, ours, theirs }) ?? {};
    expect(conflicts).toEqual([
      { path: ['scripts', 'test'], base: 'a', ours: 'mine', theirs: 'c' },
    ]);
    expect(kept).toEqual([
      { path: ['scripts', 'dev'], ours: undefined, theirs: 'd', reason: 'you removed it' },
    ]);
  });
});

/** Texts that are written in another way than by `JSON.stringify`. */
const written = [
  {
    title: 'tabs, CRLF and no final newline',
    ours: '{\r\n\t"name": "chat",\r\n\t"dependencies": {\r\n\t\t"ws": "^8.0.0"\r\n\t}\r\n}',
    result:
      '{\r\n\t"name": "chat",\r\n\t"dependencies": {\r\n\t\t"fastify": "^5.0.0",\r\n\t\t"ws": "^8.1.0"\r\n\t},\r\n\t"engines": {\r\n\t\t"node": ">=20"\r\n\t}\r\n}',
  },
  {
    title: 'a byte order mark and four spaces',
    ours: '\uFEFF{\n    "name": "chat",\n    "dependencies": {\n        "ws": "^8.0.0"\n    }\n}\n',
    result:
      '\uFEFF{\n    "name": "chat",\n    "dependencies": {\n        "fastify": "^5.0.0",\n        "ws": "^8.1.0"\n    },\n    "engines": {\n        "node": ">=20"\n    }\n}\n',
  },
  {
    title: 'one line',
    ours: '{ "name": "chat", "dependencies": { "ws": "^8.0.0" } }\n',
    result:
      '{ "name": "chat", "dependencies": { "fastify": "^5.0.0", "ws": "^8.1.0" }, "engines": {"node": ">=20"} }\n',
  },
  {
    title: 'no space at all',
    ours: '{"name":"chat","dependencies":{"ws":"^8.0.0"}}',
    result:
      '{"name":"chat","dependencies":{"fastify":"^5.0.0","ws":"^8.1.0"},"engines":{"node":">=20"}}',
  },
  {
    title: 'keys in another order, lists in one line, blank lines and escapes',
    ours: '{\n  "dependencies": { "ws": "^8.0.0" },\n\n  "files": ["a",  "b"],\n  "name": "ch\\u0061t"\n}\n',
    result:
      '{\n  "dependencies": { "fastify": "^5.0.0", "ws": "^8.1.0" },\n  "engines": {\n    "node": ">=20"\n  },\n\n  "files": ["a",  "b"],\n  "name": "ch\\u0061t"\n}\n',
  },
  {
    title: 'a key that stands twice',
    ours: '{\n  "name": "chat",\n  "dependencies": {\n    "ws": "^7.0.0",\n    "ws": "^8.0.0"\n  }\n}\n',
    result:
      '{\n  "name": "chat",\n  "dependencies": {\n    "fastify": "^5.0.0",\n    "ws": "^7.0.0",\n    "ws": "^8.1.0"\n  },\n  "engines": {\n    "node": ">=20"\n  }\n}\n',
  },
  {
    title: 'an empty object in which all is new',
    ours: '{}\n',
    result:
      '{\n  "dependencies": {\n    "fastify": "^5.0.0"\n  },\n  "engines": {\n    "node": ">=20"\n  }\n}\n',
  },
];

describe('a package.json keeps', () => {
  const base = text({ name: 'chat', dependencies: { ws: '^8.0.0' } });
  const theirs = text({
    name: 'chat',
    dependencies: { fastify: '^5.0.0', ws: '^8.1.0' },
    engines: { node: '>=20' },
  });

  it.each(written)('$title', ({ ours, result }) => {
    expect(merged(base, ours, theirs).text).toBe(result);
  });
});

const unreadable = [
  ['half a file', '{ "name": '],
  ['an empty file', ''],
  ['markers of git', '<<<<<<< ours\n{}\n=======\n{ "a": 1 }\n>>>>>>> theirs\n'],
  ['a comment', '{ "name": "chat" } // mine\n'],
  ['a trailing comma', '{ "name": "chat", }\n'],
  ['two values', '{}{}'],
  ['single quotes', "{ 'name': 'chat' }"],
  ['a deep file', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
] as const;

describe('a package.json with', () => {
  it.each(unreadable)('%s is a conflict as a whole', (_, ours) => {
    expect(mergePackageJson({ base: '{}', ours, theirs: '{ "a": 1 }' })).toBeUndefined();
    expect(mergePackageJson({ base: '{}', ours, theirs: '{}' })?.text).toBe(ours);
    expect(mergePackageJson({ base: ours, ours, theirs: '{}' })?.text).toBe('{}');
  });
});
