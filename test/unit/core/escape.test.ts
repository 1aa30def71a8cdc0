import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/project/compile/tags.js';
import { toJavaScript } from '../../../src/build/javascript.js';
import { InvalidValue } from '../../../src/core/errors.js';
import { escapeFor } from '../../../src/core/escape.js';
import { checkSettingsPath } from '../../../src/core/paths.js';
import { pemPaths } from '../../../src/create/inputs.js';
import { answersOf } from '../../support/combinations.js';

function isAccepted(path: string): boolean {
  try {
    checkSettingsPath(path);
    return true;
  } catch (error) {
    if (error instanceof InvalidValue) {
      return false;
    }
    throw error;
  }
}

/** Paths as hostile as a file system allows. */
const hostilePath = fc
  .array(fc.constantFrom(...'abn /\\\'"`$#={}%~ \nü日!&|<>;*'.split('')), {
    minLength: 1,
    maxLength: 12,
  })
  .map((characters) => characters.join(''))
  .map((path) => path.trim());

describe('a path in the settings', () => {
  it('is read back unchanged, with any content', () => {
    fc.assert(
      fc.property(hostilePath, (path) => {
        fc.pre(isAccepted(path));
        const text = `A=1\nPRIV_KEY=${escapeFor('dotenv', path)}\nB=2\n`;
        expect(parseEnv(text)).toEqual({ A: '1', PRIV_KEY: path, B: '2' });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a path of a key', () => {
  it('is also refused because of its parent folders, which the user has not typed', () => {
    const keyFile = `/all'"\`kinds/key.pem`;
    const answers = answersOf({ certSource: 'files', keyFile, certFile: 'cert.pem' });
    expect(() => pemPaths('/app', answers)).toThrow('--key-file: ');
    expect(pemPaths('/all\'"`kinds', answers)).toMatchObject({ keyFile: 'key.pem' });
  });
});

describe('a value in the settings', () => {
  it.each([
    ['a b', '"a b"'],
    ['C:\\new key', "'C:\\new key'"],
    ['$HOME', "'$HOME'"],
    ["it's $5", '"it\'s $5"'],
    ["it's C:\\new", "`it's C:\\new`"],
  ])('%s is written as %s, and Compose reads it back if that is possible', (value, text) => {
    expect(escapeFor('dotenv', value)).toBe(text);
    expect(parseEnv(`A=${text}`)).toEqual({ A: value });
  });
});

describe('a value in other files', () => {
  it.each(['a<b', 'a{b', 'a;b', 'a"b', 'a\nb'])('%j is refused', (value) => {
    expect(() => escapeFor('markdown', value)).toThrow('This file cannot contain');
    expect(() => escapeFor('nginx', value)).toThrow('This file cannot contain');
  });
});

const names = { path: '.env', flags: ['proxy'], values: { port: '3000', https: 'true' } };

describe('a tag', () => {
  it('disappears with its line, and puts the value in place of its sample', () => {
    const source = '# {{port}}\n# Port 3000 is the one.\nPORT=3000\n\nOTHER=3000\n';
    expect(compile(source, names)).toEqual([
      '# Port ',
      { value: 'port' },
      ' is the one.\nPORT=',
      { value: 'port' },
      '\n\nOTHER=3000\n',
    ]);
  });

  it('of a condition keeps or removes the lines in between', () => {
    const source = 'a\n# {{#if proxy}}\nb\n# {{else}}\nc\n# {{/if}}\nd ${{ x }} {{y}}\n';
    expect(compile(source, names)).toEqual([
      'a\n',
      { if: 'proxy', on: ['b\n'], off: ['c\n'] },
      'd ${{ x }} {{y}}\n',
    ]);
  });

  it.each([
    ['# {{#if nothing}}\n# {{/if}}\n', 'there is no feature "nothing"'],
    ['# {{port}}\nPORT=4000\n', 'no line under {{port}} contains its sample 3000'],
    ['# {{https}}\n# true or false\nHTTPS=true\n', '2 places under {{https}} contain its sample'],
    ['# {{nothing}}\nPORT=4000\n', 'there is no value "nothing"'],
    ['# {{#if proxy}}\n# {{/if}}\n'.repeat(5), '5 conditions; make it two files'],
    ['# {{#if proxy}}\n', '.env, line 1: each {{#if}} needs its {{/if}}'],
    ['a\n# {{port}}\nb 3000\n\n# {{/if}}\n', '.env, line 5: each'],
    ['# {{port + 1}}\n', 'is not a tag'],
  ])('%j is an error', (source, message) => {
    expect(() => compile(source, names)).toThrow(message);
  });
});

describe('JavaScript derived from TypeScript', () => {
  it('loses types with their comments and keeps the rest', async () => {
    const source = `import type { A } from './a.js';
import { b, type C } from './b.js';

/** What a D is. */
export interface D {
  e: string;
}

// Why f is.
export function f(g: D, h?: C): A {
  return b(g, h) as A;
}
`;
    expect(await toJavaScript('x.ts', source)).toBe(`import { b } from './b.js';

// Why f is.
export function f(g, h) {
  return b(g, h);
}
`);
  });

  it('has no empty lines between imports, and imports the right files', async () => {
    const source = `import { a } from './a.js';
import type { B } from './b.js';
import { c } from './c.js';

/** What plugins/d.ts needs. */
export class D extends c {
  /** Comes from a. */
  e: B | undefined;
  override f(g: B): this {
    return a(this, g);
  }
}

declare module './h.js' {
  interface H {
    i: D;
  }
}

// See ./b.ts.
export const j = <K>(k: K): K => k;
`;
    expect(await toJavaScript('x.ts', source)).toBe(`import { a } from './a.js';
import { c } from './c.js';

/** What plugins/d.js needs. */
export class D extends c {
  /** Comes from a. */
  e;
  f(g) {
    return a(this, g);
  }
}

// See ./b.js.
export const j = (k) => k;
`);
  });

  it('is refused if erasing types is not enough', async () => {
    await expect(toJavaScript('x.ts', 'enum A { B }')).rejects.toThrow('is not erasable');
  });
});
