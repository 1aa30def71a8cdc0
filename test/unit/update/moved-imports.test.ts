import { posix } from 'node:path';
import fc from 'fast-check';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { withMovedImports } from '../../../src/update/moved-imports/moved-imports.js';

const moves = {
  'src/messages.ts': 'src/lib/messages.ts',
  'src/handshake.ts': 'src/plugins/handshake.ts',
  'src/rooms/index.ts': 'src/lib/rooms/index.ts',
  'src/page.html': 'public/index.html',
  'src/worker.mts': 'src/lib/worker.mts',
  'src/old.js': 'src/lib/old.js',
  'src/types.d.ts': 'src/lib/types.d.ts',
  'src/view.tsx': 'src/lib/view.ts',
  'server.ts': 'src/server.ts',
};
const paths = ['src/routes/mine.ts', 'src/own.ts', 'src/settings.ts', 'test/mine.test.ts'];

/** @returns a file after the move */
function moved(path: string, contents: string): string | undefined {
  return withMovedImports([{ path, contents }], { moves, paths })[0]?.contents;
}

/** What stands in `src/routes/mine.ts` before and after. */
const lines = [
  ["import { a } from '../messages.js';", "import { a } from '../lib/messages.js';"],
  ['import type { A } from "../messages.js";', 'import type { A } from "../lib/messages.js";'],
  ["import '../messages.js'", "import '../lib/messages.js'"],
  ["export * from '../messages.js';", "export * from '../lib/messages.js';"],
  ["export { a } from'../messages.ts';", "export { a } from'../lib/messages.ts';"],
  ["const a = await import('../messages.js');", "const a = await import('../lib/messages.js');"],
  ['await import(`../messages.js`)', 'await import(`../lib/messages.js`)'],
  ["let a: typeof import('../messages.js');", "let a: typeof import('../lib/messages.js');"],
  ["import a = require('../messages.js');", "import a = require('../lib/messages.js');"],
  [
    "new URL('../page.html', import.meta.url)",
    "new URL('../../public/index.html', import.meta.url)",
  ],
  ["new URL('../messages.ts?raw#a', base)", "new URL('../lib/messages.ts?raw#a', base)"],
  ["vi.mock('../messages.js', () => ({}));", "vi.mock('../lib/messages.js', () => ({}));"],
  [
    "await vi.importActual<typeof import('../messages.js')>('../messages.js');",
    "await vi.importActual<typeof import('../lib/messages.js')>('../lib/messages.js');",
  ],
  ["import '../worker.mjs';", "import '../lib/worker.mjs';"],
  ["import '../old.js';", "import '../lib/old.js';"],
  ["import type { A } from '../types.js';", "import type { A } from '../lib/types.js';"],
  ["import '../view.js';", "import '../lib/view.js';"],
  ["import '../view.jsx';", "import '../lib/view.js';"],
  ["import '../messages';", "import '../lib/messages';"],
  ["import '../rooms';", "import '../lib/rooms';"],
  ["import '../rooms/index';", "import '../lib/rooms/index';"],
  ["import '../../server.js';", "import '../server.js';"],
  ["import '.././messages.js';", "import '../lib/messages.js';"],
  ["`${await import('../messages.js')}`", "`${await import('../lib/messages.js')}`"],
  [
    "`{ ${{ a: `'../messages.js' ${'../messages.js'}` }} '../messages.js'`",
    "`{ ${{ a: `'../messages.js' ${'../lib/messages.js'}` }} '../messages.js'`",
  ],
  ["a / b; import('../messages.js') / c", "a / b; import('../lib/messages.js') / c"],
  [
    "/['\"`]/.test(a); import('../messages.js');",
    "/['\"`]/.test(a); import('../lib/messages.js');",
  ],
  ["<p>Don't</p>\nimport('../messages.js');", "<p>Don't</p>\nimport('../lib/messages.js');"],
  [
    "#!/usr/bin/env node 'x\r\nimport '../messages.js';\r\n",
    "#!/usr/bin/env node 'x\r\nimport '../lib/messages.js';\r\n",
  ],
] as const;

const same = [
  "// import '../messages.js'",
  "/* import '../messages.js' */",
  "/**\n * See '../messages.js'.\n */",
  'const a = "import \'../messages.js\'";',
  'const a = \'import("../messages.js")\';',
  "const a = `import '../messages.js'`;",
  'const a = `${b}../messages.js`;',
  "const a = /'..\\/messages.js'/;",
  "return /import '..[/]messages.js'/;",
  "import '../own.js';",
  "import './/own.js';",
  "import '../settings';",
  "import 'messages.js';",
  "import './messages.js';",
  "import '../../../messages.js';",
  "import '../../../../../src/messages.js';",
  "fetch('../messages');",
  "const a = '../messages.js.map';",
  "const a = '../messages.js '",
  'import "../messages.js',
  "const a = '\\'../messages.js'",
  '',
];

describe('a file that names moved files', () => {
  it.each(lines)('%j has %j', (before, after) => {
    expect(moved('src/routes/mine.ts', before)).toBe(after);
  });

  it.each(same)('%j stays', (line) => {
    expect(moved('src/routes/mine.ts', line)).toBe(line);
    expect(moved('src/routes/mine.ts', `${line}\nimport '../own.js';`)).toContain(line);
  });

  it('stays if it is no source', () => {
    expect(moved('src/routes/mine.md', "import '../messages.js'")).toBe("import '../messages.js'");
  });
});

describe('a moved file', () => {
  it.each([
    ["import './own.js';", "import '../own.js';"],
    ["import './routes/mine.js';", "import '../routes/mine.js';"],
    ["import './handshake.js';", "import '../plugins/handshake.js';"],
    ["import './worker.mjs';", "import './worker.mjs';"],
    ["import './messages.js';", "import './messages.js';"],
    ["import '../server.js';", "import '../server.js';"],
    ["import './own';", "import '../own';"],
    ["import './missing.js';", "import './missing.js';"],
    ["vi.mock('./settings.js')", "vi.mock('../settings.js')"],
  ])('with %j has %j', (before, after) => {
    expect(moved('src/messages.ts', before)).toBe(after);
  });

  it('has its new path', () => {
    const files = [
      { path: 'src/messages.ts', contents: '' },
      { path: 'src/page.html', contents: '<p>' },
      { path: 'src/own.ts', contents: "import './messages.js'" },
    ];
    expect(withMovedImports(files, { moves, paths })).toEqual([
      { path: 'src/lib/messages.ts', contents: '' },
      { path: 'public/index.html', contents: '<p>' },
      { path: 'src/own.ts', contents: "import './lib/messages.js'" },
    ]);
  });

  it('may take the place of another', () => {
    const swap = { 'a.ts': 'b/b.ts', 'b/b.ts': 'a.ts' };
    const files = [
      { path: 'a.ts', contents: "import './b/b.js'; import './c.js';" },
      { path: 'b/b.ts', contents: "import '../a.js'; import '../c.js';" },
    ];
    expect(withMovedImports(files, { moves: swap, paths: ['c.ts'] })).toEqual([
      { path: 'b/b.ts', contents: "import '../a.js'; import '../c.js';" },
      { path: 'a.ts', contents: "import './b/b.js'; import './c.js';" },
    ]);
  });
});

const tree = fc.uniqueArray(
  fc
    .array(fc.constantFrom('src', 'lib', 'a', 'é', 'b.c'), { minLength: 1, maxLength: 4 })
    .map((names) => `${names.join('/')}.ts`),
  { minLength: 2, maxLength: 8 },
);

/** Before and after what stands in a file: it contains each kind of text with a path in it. */
const around = fc.constantFrom(
  ["import '", "';\n"],
  ['export * from "', '";\r\n'],
  ["const a = `${await import('", "')}`;\n"],
  ["b = c / d; import('", "'); /'`/.test(b);\n"],
  ["/* it's */ import('", "'); // don't\n"],
);

/** @returns the modules that a source imports, in their order */
function importsOf(source: string): string[] {
  const { module, errors } = parseSync('file.ts', source);
  expect(errors).toEqual([]);
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap((entry) => entry.moduleRequest ?? []),
    ),
    ...module.dynamicImports.map(({ moduleRequest }) => moduleRequest),
  ];
  const sorted = requests.toSorted((one, other) => one.start - other.start);
  return sorted.map(({ start, end }) => source.slice(start + 1, end - 1));
}

function specifier(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to).replace(/\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}

describe('all files, in any tree and moved anywhere,', () => {
  it('import the same files as before, and keep every other byte', () => {
    const projects = fc.tuple(tree, tree, fc.array(around, { minLength: 8, maxLength: 8 }));
    fc.assert(
      fc.property(projects, ([before, after, texts]) => {
        const table = Object.fromEntries(
          before.slice(0, after.length).map((path, index) => [path, after[index] ?? path]),
        );
        // A file that stays must not be where another goes.
        const all = before.filter((path) => table[path] !== undefined || !after.includes(path));
        const files = all.map((path) => {
          const parts = all.map((target, index) => {
            const [start = '', end = ''] = texts[index] ?? [];
            return `${start}${specifier(path, target)}${end}`;
          });
          return { path, contents: parts.join('') };
        });
        const results = withMovedImports(files, { moves: table, paths: all });
        const place = (path: string): string => table[path] ?? path;
        expect(results.map(({ path }) => path)).toEqual(all.map(place));
        for (const { path, contents } of results) {
          const found = importsOf(contents).map((name) => posix.join(posix.dirname(path), name));
          expect(found).toEqual(all.map((target) => place(target).replace(/\.ts$/, '.js')));
          const parts = all.map((target, index) => {
            const [start = '', end = ''] = texts[index] ?? [];
            return `${start}${specifier(path, place(target))}${end}`;
          });
          expect(contents).toBe(parts.join(''));
        }
      }),
    );
  });
});
