import { describe, expect, it } from 'vitest';
import { meanings } from '../../../src/doctor/rules/rules.js';
import { notTyped, repairs } from '../../scenarios/repairs/all.js';

const typed = new Set(repairs.map(({ code }) => code));
const excused = Object.keys(notTyped);

describe('the fix for each code', () => {
  it.each(Object.keys(meanings))('%s is typed by a test, or cannot be', (code) => {
    expect(typed.has(code) !== excused.includes(code)).toBe(true);
  });

  it('has no other code, and no name twice', () => {
    const known = Object.keys(meanings);
    expect([...typed, ...excused].filter((code) => !known.includes(code))).toEqual([]);
    const names = repairs.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
