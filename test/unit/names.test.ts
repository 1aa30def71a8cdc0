import { describe, expect, it } from 'vitest';
import { quoteCommand } from '../../src/core/quote.js';
import { projectName } from '../../src/plan/project-name.js';

describe('the package name of a folder', () => {
  it.each([
    ['my-app', 'my-app'],
    ['My App!', 'my-app'],
    ['Übung', 'ubung'],
    ['.hidden', 'hidden'],
    ['_private', 'private'],
    ['a.b_c', 'a.b_c'],
    ["it's", 'it-s'],
    ['x'.repeat(300), 'x'.repeat(214)],
  ])('%s is %s', (folder, name) => {
    expect(projectName(folder)).toBe(name);
  });

  it.each(['日本', '!!!', '', 'node_modules', '---'])('%s is impossible', (folder) => {
    expect(() => projectName(folder)).toThrow('No package name can be made');
  });
});

describe('a printed command', () => {
  it.each([
    ['linux', ['cd', 'my app'], "cd 'my app'"],
    ['linux', ['cd', "it's"], `cd 'it'\\''s'`],
    ['linux', ['cd', '$HOME'], "cd '$HOME'"],
    ['linux', ['npm', 'run', 'dev'], 'npm run dev'],
    ['win32', ['cd', 'my app'], 'cd "my app"'],
    ['linux', ['x', ''], "x ''"],
  ])('on %s %j is %s', (platform, command, text) => {
    expect(quoteCommand(command, platform)).toBe(text);
  });
});
