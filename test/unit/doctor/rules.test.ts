import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { tables } from '../../../src/build/docs.js';
import { fallbacks, meanings, ruleOf, rules } from '../../../src/doctor/rules/rules.js';
import { tlsOnlyName } from '../../../src/doctor/rules/tls-only-name.js';
import { stages } from '../../../src/doctor/verdict.js';
import { root } from '../../support/cli.js';
import { pageEvidence } from '../../support/page-evidence.js';

const doctor = join(root, 'src', 'doctor');
const codes = Object.keys(meanings);

/** What a verdict names beside its own code. */
const isOther = /^(alternatives|throughProxy)$/;

/** What TypeScript does not check, as a code is a text: alternatives, what is typed as a code, comparisons. */
function codesIn(source: string): string[] {
  const places: { start: number; end: number }[] = [];
  const texts: { value: string; start: number }[] = [];
  const isCode = (node: { start: number; end: number } | null | undefined): boolean =>
    /\bCode\b/.test(source.slice(node?.start ?? 0, node?.end ?? 0));
  const visitor = new Visitor({
    Literal: ({ value, start }) => {
      if (typeof value === 'string') {
        texts.push({ value, start });
      }
    },
    Property: ({ key, value }) => {
      if (key.type === 'Identifier' && isOther.test(key.name)) {
        places.push(value);
      }
    },
    VariableDeclarator: ({ id, init }) => {
      if (init !== null && isCode(id.typeAnnotation)) {
        places.push(init);
      }
    },
    FunctionDeclaration: ({ returnType, body }) => {
      if (body !== null && isCode(returnType)) {
        places.push(body);
      }
    },
    BinaryExpression: (node) => {
      // Codes of Node.js and OpenSSL are written in capitals.
      if (/\bcode [!=]==? '[a-z]/.test(source.slice(node.start, node.end))) {
        places.push(node.right);
      }
    },
  });
  visitor.visit(parseSync('source.ts', source).program);
  return texts
    .filter(({ start }) => places.some((place) => place.start <= start && start < place.end))
    .map(({ value }) => value);
}

describe('the codes of doctor', () => {
  it('have one rule each', () => {
    const said = rules.map(({ code }) => code);
    expect(said.filter((code, index) => said.indexOf(code) !== index)).toEqual([]);
    expect(codes).toEqual(['healthy', ...said]);
    expect(fallbacks.filter(({ code, meaning }) => meanings[code] !== meaning)).toEqual([]);
  });

  it.each([...rules, ...fallbacks])('$code has a meaning, and a stage that judges it', (rule) => {
    expect(rule.code).toMatch(/^[a-z][a-z0-9-]+$/);
    expect(rule.meaning).toMatch(/^\S.*[^\s.]$/);
    expect(stages.filter((stage) => rule[stage] !== undefined)).not.toEqual([]);
  });

  it('are all in the README', () => {
    const rows = [...(tables['doctor codes'] ?? '').matchAll(/^\| `(.+)` \| (.+) \|$/gm)];
    expect(rows.map(([, code = '', meaning]) => [code, meaning])).toEqual(Object.entries(meanings));
  });

  it('have the file of their name, or of their family', () => {
    const list = readFileSync(join(doctor, 'rules', 'rules.ts'), 'utf8');
    const files = readdirSync(join(doctor, 'rules')).filter((name) => /(?<!rules)\.ts$/.test(name));
    const contents = files.map((name) => readFileSync(join(doctor, 'rules', name), 'utf8'));
    const found = files.map((name, index) => ({
      name: name.replace('.ts', ''),
      own: [...(contents[index] ?? '').matchAll(/^ +code: '(.+)',$/gm)].map(([, code]) => code),
    }));
    expect(files.filter((name) => !list.includes(`'./${name.replace('.ts', '.js')}'`))).toEqual([]);
    expect(found.flatMap(({ own }) => own).toSorted()).toEqual(codes.toSorted());
    const others = found.filter(({ name, own }) => own.length < 2 && own.join() !== name);
    expect(others).toEqual([]);
  });

  it('have advice where they are an alternative', () => {
    const files = readdirSync(join(doctor, 'rules'), { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join(doctor, 'rules', path), 'utf8'));
    const lists = texts.flatMap((text) =>
      [...text.matchAll(/(?:alternatives|throughProxy): [^;{}]*?\[([^\]]*)\]/g)].map(
        ([list]) => list,
      ),
    );
    const named = lists.flatMap((list) =>
      [...list.matchAll(/'([a-z0-9-]+)'/g)].map(([, code]) => code),
    );
    expect(new Set(named).size).toBeGreaterThan(20);
    const silent = named.filter((code = '') => ruleOf(code)?.advice === undefined);
    expect([...new Set(silent)]).toEqual([]);
  });

  it.each([
    "const rule = { alternatives: sure ? [] : ['a-code'] };",
    "const refusals: Code[] = ['a-code'];",
    "function others(): Code[] { return ['a-code']; }",
    "verdicts.some(({ code }) => code === 'a-code');",
    "verdict.code !== 'a-code';",
  ])('are found in %s', (source) => {
    expect(codesIn(source)).toEqual(['a-code']);
  });

  it('are known wherever one is named', () => {
    const files = readdirSync(doctor, { recursive: true, encoding: 'utf8' });
    const named = files
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => codesIn(readFileSync(join(doctor, path), 'utf8')));
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((code) => !codes.includes(code))).toEqual([]);
  });
});

describe('a plain URL', () => {
  const judged = (url: string) => tlsOnlyName.name?.(pageEvidence({ url }));

  it.each(['chat.dev', 'a.b.app', 'zip', 'x.xn--jlq480n2rg'])('does not work for %s', (host) => {
    expect(judged(`ws://${host}/`)).toMatchObject({ clients: ['browser'] });
    expect(judged(`wss://${host}/`)).toBeUndefined();
  });

  it.each(['chat.test', 'dev.example.com', 'localhost', '127.0.0.1', 'xdev'])(
    'works for %s',
    (host) => {
      expect(judged(`ws://${host}/`)).toBeUndefined();
    },
  );
});
