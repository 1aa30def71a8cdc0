import { describe, expect, it } from 'vitest';
import { checkDirectory, checkPart, expandHome, parentWarnings } from '../../../src/core/paths.js';

const forbidden = [':', '*', '?', '"', '<', '>', '|', '\\'];
const reserved = ['con', 'PRN', 'aux.txt', 'Nul', 'com1', 'LPT9.tar.gz', 'COM²'];

describe('a directory', () => {
  it.each(forbidden)('whose own name contains %s is refused', (character) => {
    const name = `a${character}b`;
    const message = `"${name}" contains "${character}", which Windows does not allow in names.`;
    expect(() => checkDirectory(name, 'linux')).toThrow(message);
    expect(() => checkDirectory(`../x/${name}/`, 'linux')).toThrow(message);
  });

  it.each(reserved)('with the part %s is refused', (name) => {
    for (const path of [name, `x/${name}`, `${name}/x`, `/x/${name}/y/`, `./${name}/../x`]) {
      expect(() => checkDirectory(path, 'linux')).toThrow(
        `"${name}" is a name that Windows reserves.`,
      );
    }
    expect(() => checkDirectory(`D:\\${name}\\x`, 'win32')).toThrow('that Windows reserves');
  });

  it.each(['a.', 'a ', '...'])('with the part "%s" is refused', (name) => {
    for (const path of [name, `x/${name}`, `${name}/x`]) {
      expect(() => checkDirectory(path, 'linux')).toThrow('which Windows removes.');
    }
  });

  it.each([
    ['linux', 'wss://app.test:3000/live', 'A URL is not a directory.'],
    ['win32', 'http://localhost', 'A URL is not a directory.'],
    ['linux', 'x/a:b', 'contains ":"'],
    ['linux', 'x/a|b/app', 'contains "|"'],
    ['linux', 'x/a\\b/app', 'contains "\\"'],
    ['win32', 'x\\a:b', 'contains ":"'],
    ['win32', 'C:', 'contains ":"'],
    ['win32', 'x\\a<b\\app', 'contains "<"'],
  ])('on %s, %s is refused', (platform, path, message) => {
    expect(() => checkDirectory(path, platform)).toThrow(message);
  });

  it.each([
    ['linux', "it's ünï 🚀 $x"],
    ['linux', 'a#b/a%20b/a;b&c'],
    ['linux', '.'],
    ['linux', '../..'],
    ['linux', '/'],
    ['linux', 'concert/auxiliary/com10/lpt'],
    ['linux', 'a:b/c?d/app'],
    ['win32', 'D:\\work\\app\\'],
    ['win32', '\\\\?\\D:\\work\\app'],
    ['win32', '\\\\server\\share\\app'],
    ['win32', ['a', 'b', 'c'].map((letter) => letter.repeat(120)).join('\\')],
  ])('on %s, %s is accepted', (platform, path) => {
    expect(() => checkDirectory(path, platform)).not.toThrow();
  });
});

describe('a parent folder', () => {
  it.each([
    ['linux', '/x/a:b/app', ['"a:b" contains ":"']],
    [
      'linux',
      '/a?b/c*d/e\\f/app',
      ['"a?b" contains "?"', '"c*d" contains "*"', '"e\\f" contains "\\"'],
    ],
    ['linux', '/x/a;b/app', []],
    ['linux', '/x/app', []],
    ['win32', 'D:\\a;b\\app', ['"a;b" contains ";"']],
    ['win32', '\\\\?\\D:\\x\\app', []],
  ])('on %s, in %s, causes a warning if scripts fail there', (platform, path, said) => {
    const expected = said.map(
      (part) => `The parent folder ${part}. The project's scripts fail there.`,
    );
    expect(parentWarnings(path, platform)).toEqual(expected);
  });
});

describe('one part of a path', () => {
  it.each(['package.json', '.env', 'src', 'my-key.pem'])('%s is possible everywhere', (name) => {
    expect(() => checkPart(name)).not.toThrow();
  });
});

describe('a path typed at a prompt', () => {
  it.each([
    ['~', '/home/me'],
    ['~/key.pem', '/home/me/key.pem'],
    ['~\\key.pem', '/home/me\\key.pem'],
    ['~other/key.pem', '~other/key.pem'],
    ['a~/b', 'a~/b'],
    ['./~/b', './~/b'],
    ['', ''],
  ])('%s means %s', (typed, path) => {
    expect(expandHome(typed, '/home/me')).toBe(path);
  });

  it('keeps special characters of the home folder', () => {
    expect(expandHome('~/x', '/home/$&')).toBe('/home/$&/x');
  });
});
