import { describe, expect, it } from 'vitest';
import { enterCommand } from '../../../src/create/plan/summary.js';
import { operand, quoteCommand } from '../../../src/core/quote.js';
import { shown, visible } from '../../../src/core/printable.js';
import { projectName } from '../../../src/project/plan/project-name.js';

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
    [`${'x'.repeat(213)}-y`, 'x'.repeat(213)],
    ['a..b', 'a-b'],
    ['a_.b', 'a-b'],
    ['a--b__c', 'a--b__c'],
    ['app_', 'app'],
  ])('%s is %s', (folder, name) => {
    expect(projectName(folder)).toBe(name);
  });

  it.each(['日本', '!!!', '', 'node_modules', '---'])('%s is impossible', (folder) => {
    const message = `[directory]: The folder name "${folder}" gives no valid package name.`;
    expect(() => projectName(folder)).toThrow(message);
  });
});

describe('a folder name that Windows reserves', () => {
  it.each(['con', 'Nul.txt', 'COM¹'])('%s is impossible', (folder) => {
    expect(() => projectName(folder)).toThrow('is a name that Windows reserves');
  });
});

describe('a message', () => {
  it.each([
    ['a\u001B[2Jb\n', '\\u{1b}', 'a\\u{1b}[2Jb\\u{a}'],
    ['\uD800', '\\u{d800}', '\\u{d800}'],
    ['\u202Etxt', 'reversed', '\\u{202e}txt'],
    ['日本 👩‍🔬 ü', 'itself', '日本 👩‍🔬 ü'],
  ])('shows %j as %s', (text, _what, seen) => {
    expect(visible(text)).toBe(seen);
  });

  it.each([
    ['text', '"text"'],
    [12, '"12"'],
    [null, '"null"'],
    [[['deep']], 'A list'],
    [{}, 'An object'],
    ['👩'.repeat(300), `"${'👩'.repeat(200)}…"`],
  ])('names %j as %s', (value, seen) => {
    expect(shown(value)).toBe(seen);
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

  it.each([
    ['win32', 'my app', 'cd "my app"'],
    ['win32', '..\\app', 'cd "..\\app"'],
    ['win32', 'C:\\my app', 'pushd "C:\\my app"'],
    ['win32', 'd:app', 'pushd d:app'],
    ['win32', 'D:/app', 'pushd D:/app'],
    ['win32', '\\\\server\\share\\app', 'pushd "\\\\server\\share\\app"'],
    ['win32', '//server/share/app', 'pushd //server/share/app'],
    ['linux', '/srv/app', 'cd /srv/app'],
    ['linux', '-app', 'cd ./-app'],
  ])('on %s enters %s with %s', (platform, directory, text) => {
    expect(enterCommand(directory, platform)).toBe(text);
  });

  it.each([
    ['-', './-'],
    ['-rf', './-rf'],
    ['a-b', 'a-b'],
  ])('reads %s as %s, and not as an option', (path, written) => {
    expect(operand(path)).toBe(written);
  });
});
