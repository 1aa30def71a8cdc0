import { expect, it } from 'vitest';
import { servingChange } from '../../../src/update/serving.js';
import { answersOf } from '../../support/combinations.js';

const ways = {
  insecure: { https: false },
  mkcert: { https: true, certSource: 'mkcert' },
  files: { https: true, certSource: 'files', keyFile: 'key.pem', certFile: 'cert.pem' },
  proxy: { https: true, certSource: 'proxy', reverseProxy: 'nginx', domain: 'chat.example.com' },
} as const;
type Way = keyof typeof ways;

it.each<[Way, Way, string[]]>([
  ['insecure', 'mkcert', ['npx it certs', 'npm run dev', 'open https://localhost:3000']],
  ['files', 'mkcert', ['npx it certs', 'npm run dev', 'open https://localhost:3000']],
  [
    'files',
    'proxy',
    ['npx it certs', 'npm run dev', 'npm run proxy', 'open https://localhost:8443'],
  ],
  ['mkcert', 'proxy', ['npm run dev', 'npm run proxy', 'open https://localhost:8443']],
  ['proxy', 'files', ['.env', 'npm run dev', 'open https://localhost:3000']],
  ['mkcert', 'insecure', ['npm run dev', 'open http://localhost:3000']],
  ['proxy', 'proxy', []],
  ['files', 'files', []],
])('from %s to %s: %j', (from, to, expected) => {
  const [old, answers] = [answersOf(ways[from]), answersOf(ways[to])];
  const { notes, commands, page } = servingChange(old, answers, ['npx', 'it']);
  expect([
    ...notes.map(({ path }) => path),
    ...commands.map((words) => words.join(' ')),
    ...(page === undefined ? [] : [`open ${page}`]),
  ]).toEqual(expected);
});
