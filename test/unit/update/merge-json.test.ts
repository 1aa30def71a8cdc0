import fc from 'fast-check';
import { stripComments } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { mergeJson, mergePackageJson } from '../../../src/update/merge-json/merge-json.js';

const commented = `// Settings of the editor.
{
  // The owner prefers tabs.
  "editor.tabSize": 4, // was 2
  "files.exclude": {
    "dist": true, /* built */
    "certs": true
  },
  "search.exclude": ["dist", "certs"],
  "rules": [{ "a": 1 }], // mine
}
`;

const texts = [
  {
    title: 'a value between comments',
    base: '{ "editor.tabSize": 4, "files.exclude": { "dist": true } }',
    theirs: '{ "editor.tabSize": 2, "files.exclude": { "dist": true } }',
    ours: commented,
    result: commented.replace('4, // was', '2, // was'),
  },
  {
    title: 'a new key after the comment of its neighbour',
    base: '{ "editor.tabSize": 4, "files.exclude": { "dist": true } }',
    theirs:
      '{ "editor.tabSize": 4, "editor.rulers": [80, 100], "files.exclude": { "dist": true, "logs": false } }',
    ours: commented,
    result: commented
      .replace('// was 2\n', '// was 2\n  "editor.rulers": [80, 100],\n')
      .replace('/* built */\n', '/* built */\n    "logs": false,\n'),
  },
  {
    title: 'new keys at the end, with a trailing comma',
    base: '{ "rules": [] }',
    theirs: '{ "rules": [], "a": { "b": 1 }, "c": 2 }',
    ours: commented,
    result: commented.replace('// mine\n', '// mine\n  "a": { "b": 1 },\n  "c": 2,\n'),
  },
  {
    title: 'no key that is dropped, and none of its comments',
    base: '{ "editor.tabSize": 4, "files.exclude": { "dist": true, "certs": true }, "z": 1 }',
    theirs: '{ "files.exclude": { "dist": true }, "z": 1 }',
    ours: commented,
    result: commented
      .replace('  // The owner prefers tabs.\n  "editor.tabSize": 4, // was 2\n', '')
      .replace('"dist": true, /* built */\n    "certs": true\n', '"dist": true /* built */\n'),
  },
  {
    title: 'items of a list in one line',
    base: '{ "search.exclude": ["dist"] }',
    theirs: '{ "search.exclude": ["first", "dist", "last"] }',
    ours: commented,
    result: commented.replace('["dist", "certs"]', '["first", "dist", "certs", "last"]'),
  },
  {
    title: 'no item that is dropped from a list in one line',
    base: '["a", "b", "c"]',
    theirs: '["b"]',
    ours: '[ "a", "mine","b", "c" ]\n',
    result: '[ "mine","b" ]\n',
  },
  {
    title: 'an object of several lines, in its own indentation',
    base: '{\n  "a": 1\n}',
    theirs:
      '{\n  "a": 1,\n  "b": {\n    "list": [\n      1,\n\n      /* two\n       * lines */\n      [2, 3] // and three\n    ]\n  }\n}',
    ours: '{\r\n\t"a": 1\r\n}\r\n',
    result:
      '{\r\n\t"a": 1,\r\n\t"b": {\r\n\t\t"list": [\r\n\t\t\t1,\r\n\r\n\t\t\t/* two\r\n\t\t\t * lines */\r\n\t\t\t[2, 3] // and three\r\n\t\t]\r\n\t}\r\n}\r\n',
  },
  {
    title: 'commas at the start of lines',
    base: '{ "a": 1, "b": 1 }',
    theirs: '{ "a": 2, "b": 1, "c": 1 }',
    ours: '{\n    "a": 1\n  , "b": 1\n}',
    result: '{\n    "a": 2\n  , "b": 1,\n    "c": 1\n}',
  },
  {
    title: 'a key in an object that only has a comment',
    base: '{}',
    theirs: '{ "a": 1 }',
    ours: '{\n  // nothing yet\n}\n',
    result: '{\n  // nothing yet\n  "a": 1\n}\n',
  },
  {
    title: 'no key of an object that loses all',
    base: '{ "a": { "b": 1, "c": 2 } }',
    theirs: '{ "a": {} }',
    ours: '{\n  "a": {\n    "b": 1,\n    "c": 2\n  }\n}\n',
    result: '{\n  "a": {}\n}\n',
  },
  {
    title: 'no key that stands twice and is dropped',
    base: '{ "a": 1, "b": 1 }',
    theirs: '{ "b": 1 }',
    ours: '{ "a": 2, "b": 1, "a": 1 }',
    result: '{ "b": 1 }',
  },
  {
    title: 'another kind of value',
    base: '{ "a": 1, "b": [1] }',
    theirs: '{ "a": { "c": null }, "b": 1e3 }',
    ours: '{\n  "b": [1], // mine\n  "a": 1\n}\n',
    result: '{\n  "b": 1e3, // mine\n  "a": { "c": null }\n}\n',
  },
];

describe('a merged JSON file has', () => {
  it.each(texts)('$title', ({ base, ours, theirs, result }) => {
    expect(mergeJson({ base, ours, theirs })).toEqual({ text: result, kept: [], conflicts: [] });
  });

  it('what both sides have at its root', () => {
    const merged = mergeJson({ base: '"a"', ours: '"mine"\n', theirs: '[1]' });
    expect(merged?.text).toBe('"mine"\n');
    expect(merged?.conflicts).toEqual([{ path: [], base: 'a', ours: 'mine', theirs: [1] }]);
  });

  it('no prototype of its own', () => {
    const theirs = '{ "__proto__": { "polluted": true }, "constructor": { "prototype": 1 } }';
    const merged = mergeJson({ base: '{ "__proto__": {} }', ours: '{ "__proto__": 1 }', theirs });
    expect(JSON.parse(merged?.text ?? '')).toEqual(
      JSON.parse('{ "__proto__": 1, "constructor": { "prototype": 1 } }'),
    );
    expect(Object.keys(Object(merged?.conflicts[0]?.theirs))).toEqual(['polluted']);
    expect(Object(undefined)).not.toHaveProperty('polluted');
  });

  it('a depth that can be read', () => {
    const deep = (depth: number, value: number): string =>
      `${'{"a":['.repeat(depth / 2)}${value}${']}'.repeat(depth / 2)}`;
    const merged = mergeJson({ base: deep(500, 1), ours: deep(500, 1), theirs: deep(500, 2) });
    expect(merged?.text).toBe(deep(500, 2));
    for (const depth of [502, 10_000, 100_000]) {
      const [base, theirs] = [deep(depth, 1), deep(depth, 2)];
      expect(mergeJson({ base, ours: `${base}\n`, theirs })).toBeUndefined();
      expect(mergeJson({ base, ours: base, theirs })?.text).toBe(theirs);
    }
  });

  it('five thousand keys on each side, in lines', () => {
    const keys = (count: number, name: string): string =>
      JSON.stringify(
        Object.fromEntries([...Array(count).keys()].map((key) => [name + key, { [key]: [key] }])),
        undefined,
        2,
      );
    const merged = mergeJson({
      base: keys(5000, 'b'),
      ours: keys(5000, 'o'),
      theirs: keys(5000, 't'),
    });
    expect(Object.keys(Object(read(merged?.text)))).toHaveLength(10_000);
  });
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const keys = fc.constantFrom('a', 'b', 'c', 'é', 'Z', '"', '__proto__', 'constructor', '');
const plain = fc.constantFrom<Json>(null, true, 1, -1.5, '', 'x', 'y\n', '// no', '{,}', '\uFEFF');

/** Few keys and values, so that sides often have the same. */
const { json } = fc.letrec<{ json: Json; object: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    plain,
    fc.array(plain, { maxLength: 4 }),
    tie('object'),
    fc.array(tie('json'), { maxLength: 3 }),
  ),
  object: fc
    .array(fc.tuple(keys, tie('json')), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries)),
}));
const objects = fc
  .array(fc.tuple(keys, json), { maxLength: 6 })
  .map((entries) => Object.fromEntries(entries));

const groups = ['dependencies', 'devDependencies', 'peerDependencies'];
const section = fc.dictionary(
  fc.constantFrom('ws', 'fastify', 'a', 'zod'),
  fc.constantFrom('^1.0.0', '^1.2.0', '~1.1.0', '2.0.0', '*', 'file:x'),
);
const packages = fc
  .tuple(
    objects,
    fc.dictionary(fc.constantFrom(...groups, 'scripts', 'engines'), section),
    fc.dictionary(fc.constantFrom('name', 'version'), fc.constant<Json>('mine')),
  )
  .map((parts) => Object.assign({}, ...parts));

const formats = fc.record({
  indent: fc.constantFrom('', '\t', '  ', '   ', '    '),
  eol: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('', '\uFEFF'),
  end: fc.constantFrom('', '\n', '\n\n'),
});
const trivia = fc.constantFrom(
  '',
  '',
  ' ',
  '\n',
  '\t',
  '// a "note", {\n',
  '/* [ */',
  '/*\n*/\r\n',
);

/** Writes comments and spaces between the tokens of a text; a line comment may end with its line. */
function scattered(text: string, between: string[]): string {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^[\]{},:"]+/g) ?? [];
  return tokens.map((token, index) => token + (between[index % between.length] ?? '')).join('');
}

type Format = typeof formats extends fc.Arbitrary<infer T> ? T : never;

/** What `JSON.stringify` and the format of a file make of a value. */
function written(value: Json, { indent, eol, mark, end }: Format): string {
  return mark + `${JSON.stringify(value, undefined, indent)}${end}`.replaceAll('\n', eol);
}

/** @returns a value in a form that does not depend on the order of keys */
function normal(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(normal);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(([key, each]): Json => [key, normal(each)]);
  return { entries: entries.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
}

function read(text: string | undefined): Json {
  return JSON.parse((text ?? '').replace(/^\uFEFF/, ''));
}

/** @returns the paths of all keys in a value, without what is in lists */
function pathsIn(value: Json, above = ''): string[] {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, each]) => {
    const path = `${above}/${JSON.stringify(key)}`;
    return [path].concat(pathsIn(each, path));
  });
}

interface Kind {
  kind: string;
  merge: typeof mergeJson;
  values: fc.Arbitrary<Json>;
  /** What an owner gets who changed nothing, if it is not the new version. */
  right?: (base: Json, theirs: Json) => Json;
}

function withOwnName(base: Json, theirs: Json): Json {
  const isOwned = ([key]: [string, unknown]): boolean => ['name', 'version'].includes(key);
  const own = Object.entries(Object(base)).filter(isOwned);
  const rest = Object.entries(Object(theirs)).filter((entry) => !isOwned(entry));
  return read(JSON.stringify(Object.fromEntries([...rest, ...own])));
}

const kinds: Kind[] = [
  { kind: 'JSON', merge: mergeJson, values: objects },
  { kind: 'JSON of any type', merge: mergeJson, values: json },
  { kind: 'package.json', merge: mergePackageJson, values: packages, right: withOwnName },
];

describe('comments and spaces between any tokens', () => {
  it('change no value', () => {
    const files = fc.record({ base: json, ours: json, theirs: json });
    const gaps = fc.array(trivia, { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(files, gaps, gaps, (values, own, next) => {
        const base = JSON.stringify(values.base);
        const ours = JSON.stringify(values.ours);
        const theirs = JSON.stringify(values.theirs);
        const usual = mergeJson({ base, ours, theirs });
        const merged = mergeJson({
          base,
          ours: scattered(ours, own),
          theirs: scattered(theirs, next),
        });
        expect(read(stripComments(merged?.text ?? ''))).toEqual(read(usual?.text));
        expect(merged).toEqual({ ...usual, text: merged?.text });
      }),
    );
  });
});

describe('an owner who only changed how a file is written', () => {
  it('keeps the bytes of each key that the new version left', () => {
    const files = fc.record({ base: objects, theirs: objects });
    const gaps = fc.array(trivia, { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(files, gaps, ({ base, theirs }, own) => {
        const properties = Object.entries(base).map(([key, value]) => ({
          key,
          text: scattered(`${JSON.stringify(key)}:${JSON.stringify(value)}`, own).trim(),
        }));
        const ours = `{${properties.map(({ text }) => `\n${text}\n`).join(',')}}`;
        const next = new Map(Object.entries(theirs));
        const left = properties.filter(
          ({ key }) => next.has(key) && JSON.stringify(next.get(key)) === JSON.stringify(base[key]),
        );
        const merged = mergeJson({
          base: JSON.stringify(base),
          ours,
          theirs: JSON.stringify(theirs),
        });
        // A comma may come before a comment that ends a property.
        const withoutCommas = (text: string): string => text.replaceAll(',', '');
        const text = withoutCommas(merged?.text ?? '');
        const lost = left.filter((property) => !text.includes(withoutCommas(property.text)));
        expect(lost).toEqual([]);
      }),
    );
  });
});

describe.each(kinds)('merging $kind', ({ merge, values, right = (_, theirs) => theirs }) => {
  const files = fc.record({ base: values, ours: values, theirs: values });

  it('gives the new version to an owner who changed nothing', () => {
    fc.assert(
      fc.property(files, formats, ({ base, theirs }, format) => {
        const text = written(base, format);
        const next = written(theirs, format);
        const merged = merge({ base: JSON.stringify(base), ours: text, theirs: next });
        expect(normal(read(merged?.text))).toEqual(normal(right(base, theirs)));
        expect(merged).toMatchObject({ kept: [], conflicts: [] });
      }),
    );
  });

  it('gives the bytes of the owner, if the new version changed nothing', () => {
    fc.assert(
      fc.property(files, formats, formats, ({ base, ours }, format, other) => {
        const text = written(ours, format);
        const [before, after] = [written(base, format), written(base, other)];
        expect(merge({ base: before, ours: text, theirs: before })?.text).toBe(text);
        expect(merge({ base: before, ours: text, theirs: after })?.text).toBe(text);
      }),
    );
  });

  it('gives JSON with each key that the owner added', () => {
    fc.assert(
      fc.property(files, formats, ({ base, ours, theirs }, format) => {
        const merged = merge({
          base: JSON.stringify(base),
          ours: written(ours, format),
          theirs: JSON.stringify(theirs),
        });
        const known = pathsIn(base);
        const added = pathsIn(ours).filter((path) => !known.includes(path));
        expect(pathsIn(read(merged?.text))).toEqual(expect.arrayContaining(added));
      }),
    );
  });

  it('has nothing to do a second time', () => {
    fc.assert(
      fc.property(files, formats, ({ base, ours, theirs }, format) => {
        const [before, after] = [written(base, format), JSON.stringify(theirs)];
        const { text = '' } =
          merge({ base: before, ours: written(ours, format), theirs: after }) ?? {};
        const again = merge({ base: after, ours: text, theirs: `${after}\n` });
        expect(again).toEqual({ text, kept: [], conflicts: [] });
      }),
    );
  });

  it('writes as the owner does', () => {
    fc.assert(
      fc.property(files, formats, ({ base, ours, theirs }, format) => {
        const { mark, eol, end, indent } = format;
        const { text = '' } =
          merge({
            base: JSON.stringify(base),
            ours: written(ours, format),
            theirs: written(theirs, { ...format, indent: '   ', eol: '\n' }),
          }) ?? {};
        expect(text.startsWith(mark)).toBe(true);
        expect(text.endsWith(end.replaceAll('\n', eol))).toBe(true);
        // Only a file with lines has an indent: a string does not.
        const hasLines = typeof ours === 'object' && Object.keys(ours ?? {}).length > 0;
        const isUsual = indent !== '' && hasLines;
        expect(isUsual && /\r\n|\n/.exec(text.replaceAll(eol, ''))).toBeFalsy();
        // Lists may stand in one line, as they do for the owner or in the new version.
        const isTree = isUsual && !/[[\]]/.test(text);
        expect(isTree ? text : '').toBe(isTree ? written(read(text), format) : '');
      }),
    );
  });
});
