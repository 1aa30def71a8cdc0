import { createHash, X509Certificate } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cli } from '../support/cli.js';
import { sandbox } from '../support/sandbox.js';
import { addGit, addManager, addTraps } from '../support/windows-programs.js';
import { windowsRoom, type WindowsRoom } from '../support/windows-room.js';
import { setUpWindows } from '../support/wine.js';

const only = ['--yes', '--no-install', '--no-git'];
const plain = [...only, '--no-https'];
/** The warning about a folder whose name no package may have. */
const renamed = /^(! The package is named .*\n)?$/;
const extras = ['--redis', '--docker', '--github-actions'];

/** @returns the contents of all files in a folder, by path */
function contentsOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile()).toSorted();
  const digest = (path: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, path)))
      .digest('hex');
  return Object.fromEntries(files.map((path) => [path, digest(path)]));
}

interface Extent {
  release: number;
  /** Only the first row of each table. */
  brief?: boolean;
}

/** The tests of the program on Windows with one release of Node.js. */
export function describeCommand({ release, brief = false }: Extent): void {
  const rows = <Row>(all: Row[]): Row[] => all.slice(0, brief ? 1 : undefined);

  describe(`on Windows with Node.js ${release}`, () => {
    const place: { room?: WindowsRoom } = {};
    const linux = sandbox();
    const room = (): WindowsRoom => {
      if (place.room === undefined) {
        throw new Error('There is no Windows.');
      }
      return place.room;
    };
    const work = (...parts: string[]): string => room().at('work', ...parts);

    beforeAll(async () => {
      await setUpWindows([release]);
      place.room = windowsRoom(release);
    });
    beforeEach(() => {
      rmSync(work(), { recursive: true });
      mkdirSync(work());
    });
    afterAll(async () => {
      place.room?.remove();
      await linux.remove();
    });

    it.each(['--version', '--help', '--schema'])('%s prints the same as on Linux', async (flag) => {
      const ended = await room().cli([flag]);
      const expected = await cli([flag], { cwd: linux.folder, env: linux.env });
      expect(ended).toEqual({ ...expected, stdout: `${expected.stdout}\n` });
    });

    it('a dry run prints one JSON document and writes nothing', async () => {
      const { code, stdout } = await room().cli(['app', ...plain, '--dry-run', '--json']);
      expect(code).toBe(0);
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({ ok: true });
      expect(JSON.stringify(report.files)).not.toContain('\\\\');
      expect(readdirSync(work())).toEqual([]);
    });

    it('a project is the same as on Linux, byte by byte, and a second run changes nothing', async () => {
      const words = ['app', ...plain, ...extras];
      expect(await room().cli(words)).toMatchObject({ code: 0, stderr: '' });
      await cli(words, { cwd: linux.folder, env: linux.env });
      const written = contentsOf(work('app'));
      expect(written).toEqual(contentsOf(join(linux.folder, 'app')));
      const again = await room().cli(words);
      expect(again).toEqual({ code: 0, stdout: 'Nothing to do.\n', stderr: '' });
      const otherCase = await room().cli(['.\\APP', ...words.slice(1)]);
      expect(otherCase).toMatchObject({ code: 0, stdout: again.stdout });
      expect(readdirSync(work())).toEqual(['app']);
    });

    it('a changed file is a conflict, and only --overwrite replaces it', async () => {
      await room().cli(['app', ...plain]);
      const before = contentsOf(work('app'));
      writeFileSync(work('app/package.json'), '{}');
      writeFileSync(work('app/notes.txt'), 'mine');
      rmSync(work('app/README.md'));
      writeFileSync(work('app/readme.md'), 'mine');
      chmodSync(work('app/package.json'), 0o444);
      const changed = contentsOf(work('app'));
      const refused = await room().cli(['app', ...plain]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/README\.md[^]*package\.json/i);
      expect(contentsOf(work('app'))).toEqual(changed);
      const replaced = await room().cli(['app', ...plain, '--overwrite']);
      expect(replaced).toMatchObject({ code: 0, stderr: '' });
      const { 'readme.md': mine, 'README.md': written, ...after } = contentsOf(work('app'));
      const { 'README.md': readme, ...others } = before;
      expect(written ?? mine).toBe(readme);
      expect(after).toEqual({ ...others, 'notes.txt': changed['notes.txt'] });
    });

    it('an existing empty folder and the current folder are filled', async () => {
      mkdirSync(work('empty'));
      expect(await room().cli(['empty', ...plain])).toMatchObject({ code: 0, stderr: '' });
      mkdirSync(work('here'));
      const cwd = room().path('work', 'here');
      expect(await room().cli(['.', ...plain], { cwd })).toMatchObject({ code: 0, stderr: '' });
      expect(contentsOf(work('here'))['src/server.ts']).toBe(
        contentsOf(work('empty'))['src/server.ts'],
      );
      expect(readdirSync(work())).toEqual(['empty', 'here']);
    });

    const long = 'n'.repeat(120);
    it.each(
      rows([
        [`R&D 100% it's\\$HOME ünï-日本-🎉`, `R&D 100% it's/$HOME ünï-日本-🎉`],
        ['my app', 'my app'],
        ['R&D', 'R&D'],
        ['100% sure', '100% sure'],
        ['%PATH%', '%PATH%'],
        ["it's", "it's"],
        ['$HOME', '$HOME'],
        ['^caret!(1)', '^caret!(1)'],
        ['ünï-日本-🎉', 'ünï-日本-🎉'],
        ['-dash', '-dash'],
        ['a\\b\\app', 'a/b/app'],
        ['a/b/app', 'a/b/app'],
        ['..\\work\\.\\app', 'app'],
        [`${long}\\${long}\\app`, `${long}/${long}/app`],
      ]),
    )('the path %s is possible', async (typed, folder) => {
      const words = typed.startsWith('-') ? [`.\\${typed}`] : [typed];
      const { code, stderr } = await room().cli([...words, ...plain]);
      expect(code).toBe(0);
      expect(stderr).toMatch(renamed);
      expect(readdirSync(work(folder))).toContain('package.json');
    });

    it.each(
      rows<[string, (path: string) => string, string]>([
        ['absolute on a drive in lower case', (path) => path.replace('C:', 'c:'), 'pushd'],
        ['absolute', (path) => path, 'pushd'],
        ['absolute with /', (path) => path.replaceAll('\\', '/'), 'pushd'],
        ['absolute without a limit', (path) => `\\\\?\\${path}`, 'pushd'],
        ['absolute in another case', (path) => path.toUpperCase(), 'pushd'],
        ['on this drive', (path) => path.slice('C:'.length), 'cd'],
      ]),
    )('a path that is %s is possible', async (_what, change, enter) => {
      const words = [change(room().path('work', 'app')), ...plain];
      const { code, stdout, stderr } = await room().cli(words);
      expect({ code, stdout }).toMatchObject({ code: 0 });
      expect(stderr).toMatch(renamed);
      expect(stdout).toContain(`Next\n  ${enter} `);
      const [folder = ''] = readdirSync(work());
      expect(readdirSync(work(folder))).toContain('package.json');
      expect((await room().cli(words)).stdout).toBe('Nothing to do.\n');
    });

    it('git creates the first commit, also if the path is typed in another case', async () => {
      const path = [addGit(room())];
      const target = room().path('work', 'app').toLowerCase();
      const words = [target, '--yes', '--no-install', '--no-https'];
      const { code, stdout, stderr } = await room().cli(words, { path });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('* First commit created');
    });

    it.each(
      rows([
        ['Q:\\app', 'There is no drive or network share Q:\\.'],
        ['q:/a/b/app', 'There is no drive or network share'],
        ['\\\\server\\share\\app', 'There is no drive or network share \\\\server\\share\\.'],
        ['//server/share/app', 'There is no drive or network share'],
        ['con', 'reserves'],
        ['aux\\app', 'reserves'],
        ['app\\COM1.txt', 'reserves'],
        ['what?', 'does not allow'],
        ['a|b', 'does not allow'],
        ['app.', 'ends in a dot'],
      ]),
    )('%s is refused with one message, also in a dry run', async (typed, message) => {
      const refused = await room().cli([typed, ...plain]);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain(message);
      expect(refused.stderr).toMatch(/^x .*\n( {2}.*\n)?$/);
      expect(await room().cli([typed, ...plain, '--dry-run'])).toEqual(refused);
      expect(readdirSync(work())).toEqual([]);
    });

    it('the built-in issuer keeps its CA in LOCALAPPDATA', async () => {
      const { code, stderr } = await room().cli(['app', ...only]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const caRoot = room().at('home/AppData/Local/mkcert');
      expect(readdirSync(caRoot).toSorted()).toEqual(['rootCA-key.pem', 'rootCA.pem']);
      const ca = new X509Certificate(readFileSync(join(caRoot, 'rootCA.pem')));
      const certificate = () => new X509Certificate(readFileSync(work('app/certs/cert.pem')));
      expect(certificate().verify(ca.publicKey)).toBe(true);
      const cwd = room().path('work', 'app');
      expect((await room().cli(['certs', 'app.test'], { cwd })).code).toBe(0);
      expect(certificate().subjectAltName).toContain('DNS:app.test');
      expect((await room().cli(['certs'], { cwd })).stdout).toContain('is valid for');
    });

    it.each(
      rows<[string, string | undefined]>([
        ['unset', undefined],
        ['empty', ''],
      ]),
    )('the CA is never created in the current folder: LOCALAPPDATA is %s', async (_what, value) => {
      const caRoot = room().at('home/AppData/Local/mkcert');
      rmSync(caRoot, { recursive: true, force: true });
      const { code } = await room().cli(['app', ...only], { env: { LOCALAPPDATA: value } });
      expect(code).toBe(0);
      expect(readdirSync(work())).toEqual(['app']);
      expect(existsSync(join(caRoot, 'rootCA.pem'))).toBe(true);
    });

    it('programs in the current folder do not run', async () => {
      const git = addGit(room());
      const { env, ran } = addTraps(room(), 'work');
      const call = { env, path: [git] };
      await room().run([room().path('work', 'git.exe'), '-p', '1'], call);
      expect(ran()).toContain('git.exe');
      rmSync(room().at('ran'));
      const created = await room().cli(['.', '--yes', '--no-install', '--language', 'js'], call);
      expect(created).toMatchObject({ code: 0, stderr: '' });
      expect(created.stdout).toContain('* First commit created');
      expect((await room().cli(['certs', 'localhost'], call)).code).toBe(0);
      await room().cli(['doctor'], call);
      rmSync(work('certs'), { recursive: true });
      await room().run([room().node, 'scripts\\certs.js', 'localhost'], call);
      expect(ran()).toBe('');
    });

    it('a global package manager that is too old is refused', async () => {
      const path = [addManager(room(), 'pnpm', '9.15.0')];
      const words = ['app', '--yes', '--no-git', '--no-https', '--package-manager', 'pnpm'];
      const { code, stderr } = await room().cli(words, { path });
      expect(code).toBe(2);
      expect(stderr).toContain('x pnpm 9.15.0 cannot install the project');
    });
  });
}
