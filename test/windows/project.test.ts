import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../support/cli.js';
import { freePort } from '../support/running.js';
import { sandbox } from '../support/sandbox.js';
import { addNpm } from '../support/windows-programs.js';
import { windowsRoom } from '../support/windows-room.js';

/**
 * Installs for Windows, from Linux: npm under Wine never ends. Its cmd does not run the batch files of
 * npm for the programs of packages, so that simple ones take their place.
 */
async function install(folder: string): Promise<void> {
  const place = sandbox();
  try {
    const command = ['npm', 'install', '--os=win32', '--cpu=x64', '--ignore-scripts'];
    const { code, stderr } = await runProgram(command, { cwd: folder, env: place.env });
    assert.equal(code, 0, stderr);
  } finally {
    await place.remove();
  }
  const modules = join(folder, 'node_modules');
  rmSync(join(modules, '.bin'), { recursive: true });
  mkdirSync(join(modules, '.bin'));
  for (const [name, script] of [
    ['tsx', 'tsx/dist/cli.mjs'],
    ['tsc', 'typescript/bin/tsc'],
    ['oxlint', 'oxlint/bin/oxlint'],
  ]) {
    const text = `@node "%~dp0..\\${script?.replaceAll('/', '\\')}" %*\r\n`;
    writeFileSync(join(modules, `.bin/${name}.cmd`), text);
  }
}

describe.each([
  // Node.js 20 asks certutil.exe about trust, and Wine's says yes to everything.
  { release: 20, language: 'js', scripts: ['lint'], codes: ['ca-not-trusted', 'healthy'] },
  { release: 22, language: 'ts', scripts: ['lint', 'check', 'build'], codes: ['ca-not-trusted'] },
])('a project in $language on Node.js $release', ({ release, language, scripts, codes }) => {
  const room = windowsRoom(release);
  const state = { port: 0 };
  const app = room.at('work', 'app');
  const cwd = room.path('work', 'app');
  const words = (): string[] => {
    const extras = ['--redis', '--docker', '--github-actions'];
    const only = ['--yes', '--no-install', '--no-git'];
    return ['app', ...only, ...extras, '--language', language, '--port', String(state.port)];
  };
  const npmCommand = (...args: string[]): string[] => [
    room.node,
    `${room.nodeFolder}\\node_modules\\npm\\bin\\npm-cli.js`,
    ...args,
  ];
  const npm = (...args: string[]) => room.run(npmCommand(...args), { cwd, path: ['C:\\tools'] });

  beforeAll(async () => {
    state.port = await freePort();
    const { code, stderr } = await room.cli(words());
    assert.equal(code, 0, stderr);
    await install(app);
  });
  afterAll(() => room.remove());

  it.each(scripts)('passes npm run %s', async (name) => {
    expect(await npm('run', name)).toMatchObject({ code: 0 });
  });

  it('passes its own tests', async () => {
    const { code, stdout, stderr } = await npm('test');
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/^ℹ fail 0$/m);
  });

  // tsx takes longer to start under Wine than a verification waits.
  it.runIf(language === 'js')('is verified: it starts, answers and stops', async () => {
    const verifying = words().map((word) => (word === '--no-install' ? '--verify' : word));
    const { code, stdout, stderr } = await room.cli(verifying, {
      path: ['C:\\tools', addNpm(room)],
    });
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain('wss:// verified on a free port');
  });

  it('is healthy for doctor while its service runs', async () => {
    const command = npmCommand('run', 'dev');
    const { stdout } = await room.cli(['doctor', '--json', '--timeout', '60'], {
      cwd,
      server: { command, port: state.port },
    });
    const { url, stages, verdicts } = JSON.parse(stdout);
    expect(url).toBe(`wss://localhost:${state.port}/live`);
    expect(verdicts.map(({ code }: { code: string }) => code)).toEqual(codes);
    const passed = ['name', 'address', 'tls', 'certificate', 'upgrade', 'origin', 'frames'];
    for (const stage of passed) {
      expect(stages, stage).toContainEqual(expect.objectContaining({ stage, state: 'passed' }));
    }
  });

  it('npm run certs gives a clone its certificate', async () => {
    rmSync(join(app, 'certs'), { recursive: true });
    rmSync(join(app, '.env'));
    const { code, stdout, stderr } = await npm('run', 'certs');
    expect(code, stdout + stderr).toBe(0);
    expect(readdirSync(join(app, 'certs')).toSorted()).toEqual([
      '.gitignore',
      'cert.pem',
      'key.pem',
    ]);
    expect(readFileSync(join(app, '.env'), 'utf8')).toBe(
      readFileSync(join(app, '.env.example'), 'utf8'),
    );
  });
});
