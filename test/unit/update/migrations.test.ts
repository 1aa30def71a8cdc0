import { describe, expect, it } from 'vitest';
import { movesSince, notesSince } from '../../../src/update/migrations.js';

const all = [
  { version: '1.1.0', moves: { 'src/a.ts': 'src/lib/a.ts', 'public/b.css': 'public/c.css' } },
  { version: '1.2.0-rc.1', notes: [{ uses: /OLD_NAME/, advice: 'OLD_NAME is NEW_NAME now.' }] },
  { version: '2.0.0', moves: { 'src/lib/a.ts': 'src/core/a.ts' } },
];

describe('moves of files', () => {
  it.each([
    ['1.0.0', { 'src/a.ts': 'src/core/a.ts', 'public/b.css': 'public/c.css' }],
    ['1.1.0', { 'src/lib/a.ts': 'src/core/a.ts' }],
    ['2.0.0-rc.1', { 'src/lib/a.ts': 'src/core/a.ts' }],
    ['2.0.0', {}],
    ['10.0.0', {}],
  ])('after version %s are followed from step to step', (version, wanted) => {
    expect(Object.fromEntries(movesSince(version, all))).toMatchObject(wanted);
  });

  it('are those of JavaScript, too', () => {
    expect(movesSince('1.0.0', all).get('src/a.js')).toBe('src/core/a.js');
  });
});

describe('advice', () => {
  const files = new Map([
    ['deploy.sh', 'OLD_NAME=1'],
    ['README.md', 'NEW_NAME'],
  ]);

  it('names the files that use what was renamed', () => {
    const note = { path: 'deploy.sh', advice: 'OLD_NAME is NEW_NAME now.' };
    expect(notesSince('1.1.0', files, all)).toEqual([note]);
    expect(notesSince('1.2.0', files, all)).toEqual([]);
  });
});
