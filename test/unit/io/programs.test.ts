import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesFor, searchedFolders, type Surroundings } from '../../../src/io/programs.js';

const cwd = '/home/a/clone/app';

function on(PATH: string, rest: Partial<Surroundings> = {}): Surroundings {
  return { env: { PATH }, cwd, platform: 'linux', ...rest };
}

const onWindows = { cwd: 'C:\\clone\\app', platform: 'win32' };

describe('the folders in which a program is searched', () => {
  it.each([
    ['', 'an empty PATH'],
    [':', 'empty entries'],
    ['.:..:bin:./bin:~/bin', 'relative entries'],
    [`${cwd}/node_modules/.bin`, 'programs of the current folder'],
    ['/home/a/clone/node_modules/.bin/', 'programs of a folder above'],
    ['/home/a/clone//node_modules/./.bin', 'the same, written in another way'],
    ['/node_modules/.bin', 'programs of the root'],
  ])('%j has none: %s', (path) => {
    expect(searchedFolders('mkcert', on(path))).toEqual([]);
    expect(searchedFolders('npm', on(path))).toEqual([]);
  });

  it('are in the order of PATH', () => {
    const path = `${cwd}/node_modules/.bin:/opt/bin/:relative::/usr/bin`;
    expect(searchedFolders('git', on(path))).toEqual(['/opt/bin', '/usr/bin']);
  });

  it('contain packages of other projects only for package managers', () => {
    const path = '/tools/node_modules/.bin:/usr/bin';
    expect(searchedFolders('git', on(path))).toEqual(['/usr/bin']);
    expect(searchedFolders('pnpm', on(path))).toEqual(['/tools/node_modules/.bin', '/usr/bin']);
  });

  it.each(['INIT_CWD', 'npm_config_local_prefix'])(
    'do not contain packages of the folder in %s',
    (name) => {
      const PATH = '/tools/node_modules/.bin';
      const around = on(PATH, { env: { PATH, [name]: '/tools/sub' } });
      expect(searchedFolders('pnpm', around)).toEqual([]);
    },
  );

  it('are those of Windows there, by any case of the variable and of the path', () => {
    const Path = [
      '"C:\\Program Files\\nodejs\\"',
      'c:\\CLONE\\node_modules\\.BIN',
      'bin',
      'C:bin',
      '',
      'D:\\tools\\node_modules\\.bin',
    ].join(';');
    const around = { ...onWindows, env: { Path } };
    expect(searchedFolders('git', around)).toEqual(['C:\\Program Files\\nodejs']);
    expect(searchedFolders('yarn', around)).toEqual([
      'C:\\Program Files\\nodejs',
      'D:\\tools\\node_modules\\.bin',
    ]);
  });
});

describe('the files that may be a program', () => {
  it('are those of its name', () => {
    expect(candidatesFor('git', on('/opt/bin:/usr/bin'))).toEqual(['/opt/bin/git', '/usr/bin/git']);
  });

  it.each([
    [undefined, ['.COM', '.EXE', '.BAT', '.CMD']],
    ['', ['.COM', '.EXE', '.BAT', '.CMD']],
    ['.EXE;.CMD', ['.EXE', '.CMD']],
    ['.exe; .cmd;', ['.EXE', '.CMD']],
    ['.JS;.VBS;.EXE;.PY', ['.EXE']],
  ])('on Windows follow PATHEXT=%s, without scripts of other programs', (PATHEXT, endings) => {
    const around = { ...onWindows, env: { Path: 'C:\\bin', PATHEXT } };
    const expected = endings.map((ending) => `C:\\bin\\npm${ending}`);
    expect(candidatesFor('npm', around)).toEqual(expected);
    expect(candidatesFor('certutil.exe', around)).toEqual(['C:\\bin\\certutil.exe']);
  });

  it.each(['linux', 'win32'])('on %s are never below the current folder', (platform) => {
    const { delimiter, isAbsolute, join } = platform === 'win32' ? win32 : posix;
    const here = platform === 'win32' ? onWindows.cwd : cwd;
    const planted = [here, join(here, '..')].map((folder) => join(folder, 'node_modules', '.bin'));
    const entry = fc.constantFrom('', '.', '..', 'bin', './bin', ...planted, `${planted[0]}/`);
    const name = fc.constantFrom('git', 'mkcert', 'npm', 'yarn', 'certutil', 'caddy');
    fc.assert(
      fc.property(fc.array(entry), name, (entries, program) => {
        const env = { PATH: entries.join(delimiter) };
        const found = candidatesFor(program, { env, cwd: here, platform });
        expect(found.filter((path) => !isAbsolute(path) || path.startsWith(here))).toEqual([]);
      }),
    );
  });
});
