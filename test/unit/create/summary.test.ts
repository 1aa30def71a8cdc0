import { expect, it } from 'vitest';
import { planProject } from '../../../src/create/plan/plan.js';
import { closingText } from '../../../src/create/plan/summary.js';
import { standardPaths } from '../../../src/project/plan/template-values.js';
import { answersOf } from '../../support/combinations.js';
import { templates } from '../../support/rendered.js';

const answers = answersOf({ directory: 'app' });
const project = { name: 'app', answers, version: '1.2.3', templates, paths: standardPaths };
const plan = planProject({
  project,
  directory: '/home/app',
  folder: 'app',
  existing: [],
  program: ['npx', 'x'],
  hosts: [],
  env: {},
  warnings: [],
  verify: false,
  issuer: 'mkcert',
});
const start = ['cd app', 'npm run dev'];

it.each([
  ['what is left comes first', ['git commit', 'npx x certs --install'], false],
  ['a start leaves no place for what is left', ['git commit', 'npx x certs --install'], true],
  ['nothing is left', [], true],
])('%s: %j, started: %s', (_what, left, starts) => {
  const commands = [start[0] ?? '', ...left, start[1] ?? ''];
  const text = closingText(plan, commands, { recipe: [], doctor: 'npx x doctor', starts });
  const indented = (lines: string[]): string => lines.map((line) => `  ${line}\n`).join('');
  const once = `\nOnce, in a second terminal\n${indented(['cd app', ...left])}`;
  const next = starts
    ? `${left.length > 0 ? once : ''}\nNext time\n${indented(start)}`
    : `\nNext\n${indented(commands)}`;
  expect(text).toBe(`${next}Then open https://localhost:3000\nIf a connection fails: npx x doctor`);
});
