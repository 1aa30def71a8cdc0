import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { windowsRoom, type WindowsRoom } from '../support/windows-room.js';
import { wine } from '../support/wine.js';

const store = 'HKCU\\Software\\Microsoft\\SystemCertificates\\Root\\Certificates';
const only = ['--yes', '--no-install', '--no-git', '--json'];
const path = ['C:\\tools'];

interface Row {
  store: string;
  state: string;
  fix: string[];
}

// Node.js 20 asks certutil.exe about trust, and Wine's says yes to everything.
describe.each([
  [20, 'trusted'],
  [22, 'not-trusted'],
])('mkcert.exe with Node.js %i', (release, untrusted) => {
  const place: { room?: WindowsRoom } = {};
  const room = (): WindowsRoom => (place.room ??= windowsRoom(release));

  beforeEach(async () => {
    // mkcert -uninstall never ends under Wine.
    await wine(['reg', 'delete', store, '/f']);
    place.room?.remove();
    delete place.room;
  });
  afterAll(() => place.room?.remove());

  /** @returns the exit code, and what is said about the trust store of Windows */
  async function trustAfter(args: string[], cwd = room().path('work')) {
    const { code, stdout } = await room().cli([...args, '--json'], { path, cwd });
    const { trust } = JSON.parse(stdout);
    return { code, system: trust.find((row: Row) => row.store === 'system') };
  }

  it('signs the certificate, with the CA in LOCALAPPDATA', async () => {
    const { code, system } = await trustAfter(['app', ...only]);
    expect(code).toBe(0);
    expect(system.state).toBe(untrusted);
    const caRoot = room().at('home/AppData/Local/mkcert');
    expect(readdirSync(caRoot).toSorted()).toEqual(['rootCA-key.pem', 'rootCA.pem']);
    const files = readdirSync(room().at('work/app/certs')).toSorted();
    expect(files).toEqual(['.gitignore', 'cert.pem', 'key.pem']);
  });

  it.each(['with', 'without'])('--mkcert-install works %s a CA', async (given) => {
    if (given === 'with') {
      await room().cli(['first', ...only], { path });
    }
    const { code, system } = await trustAfter(['app', ...only, '--mkcert-install']);
    expect(code).toBe(0);
    expect(system).toMatchObject({ state: 'trusted' });
  });

  it('certs --install is believed at once', async () => {
    await room().cli(['app', ...only], { path });
    const cwd = room().path('work', 'app');
    const before = await trustAfter(['certs'], cwd);
    const after = await trustAfter(['certs', '--install', '--yes'], cwd);
    expect([before.system.state, after.system.state]).toEqual([untrusted, 'trusted']);
    expect(after.code).toBe(0);
  });

  it('npm run certs does not run a mkcert.exe in the project', async () => {
    const cwd = room().path('work', 'app');
    await room().cli(['app', ...only, '--language', 'js'], { path });
    rmSync(room().at('work/app/certs'), { recursive: true });
    writeFileSync(room().at('work/app/mkcert.exe'), 'not a program');
    const script = [room().node, 'scripts/certs.js', 'localhost'];
    expect(await room().run(script, { cwd, path })).toMatchObject({ code: 0, stderr: '' });
  });

  it('without mkcert, npm run certs starts npx.cmd with the same hosts', async () => {
    const words = only.filter((word) => word !== '--json');
    await room().cli(['app', ...words, '--language', 'js']);
    rmSync(room().at('work/app/certs'), { recursive: true });
    mkdirSync(room().at('npx'));
    writeFileSync(room().at('npx/npx.cmd'), '@echo %*>given.txt\r\n');
    const script = [room().node, 'scripts/certs.js', 'localhost', '*.app.test'];
    const cwd = room().path('work', 'app');
    expect(await room().run(script, { cwd, path: [room().path('npx')] })).toMatchObject({
      code: 0,
    });
    expect(readdirSync(room().at('work/app'))).toContain('given.txt');
  });
});
