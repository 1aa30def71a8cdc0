import { expect, it } from 'vitest';
import { InvalidValue } from '../../../src/core/errors.js';
import { overlaySource } from '../../../src/options/overlay.js';
import { flagWords } from '../../../src/options/repeat.js';

it.each([
  ['./team', { kind: 'folder', path: './team' }],
  ['..', { kind: 'folder', path: '..' }],
  ['/srv/team', { kind: 'folder', path: '/srv/team' }],
  ['~/team', { kind: 'folder', path: '~/team' }],
  ['C:\\team', { kind: 'folder', path: 'C:\\team' }],
  ['../a b#c', { kind: 'folder', path: '../a b#c' }],
  ['../team#0123456789ab', { kind: 'folder', path: '../team', fingerprint: '0123456789ab' }],
  ['overlay', { kind: 'package', name: 'overlay' }],
  ['@team/overlay@1.4.2', { kind: 'package', name: '@team/overlay', version: '1.4.2' }],
  ['overlay@^1.0.0-beta.1', { kind: 'package', name: 'overlay', version: '^1.0.0-beta.1' }],
  ['overlay@next', { kind: 'package', name: 'overlay', version: 'next' }],
])('%s is an overlay', (text, source) => {
  expect(overlaySource(text)).toEqual(source);
});

it.each([
  '',
  'team/overlay',
  'Overlay',
  '-g',
  '--registry=http://x.test',
  'git+ssh://git.test/a',
  'https://a.test/a.tgz',
  'a.tgz@file:../a',
  'a@npm:b',
  'a@>=1 <2',
  'a@1 --registry=x',
  '@team',
  '@../a',
  'a\nb',
  './a\0',
])('%j is none', (text) => {
  expect(() => overlaySource(text)).toThrow(InvalidValue);
});

it('a refused overlay is repeated as it is typed', () => {
  expect(flagWords({ overlay: '' }, ['overlay'])).toEqual(['--no-overlay']);
  expect(flagWords({ overlay: './team' }, ['overlay'])).toEqual(['--overlay', './team']);
});
