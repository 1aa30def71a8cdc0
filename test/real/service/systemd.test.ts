import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Answers } from '../../../src/options/answers.js';
import { readSettings } from '../../../templates/src/settings.js';
import { runProgram } from '../../support/cli.js';
import { answersOf, ways } from '../../support/combinations.js';
import { describeWith } from '../../support/needs.js';
import { blocksOf } from '../../support/parsers.js';
import { fileOf, rendered } from '../../support/rendered.js';
import { sandbox } from '../../support/sandbox.js';

const place = sandbox();
afterAll(() => place.remove());

/** Twice the exposure that the unit has: 1.1 of 10. */
const threshold = 20;

function projectOf(given: Partial<Answers>) {
  return rendered(answersOf({ ...given, systemd: true }));
}

/** The last command of a block that writes a file with a here-document: its path and its text. */
function writtenBy(block: string): { path: string; text: string } {
  const [, path = '', text = ''] = /(\/etc\/\S+) <<'END'\n(.*?)^END$/ms.exec(block) ?? [];
  return { path, text };
}

type Files = ReturnType<typeof rendered>;

function blockOf(language: string, files: Files, part: string): string {
  const blocks = blocksOf(language, fileOf(files, 'docs/systemd.md'));
  const block = blocks.find((each) => each.includes(part));
  expect(block, part).toBeDefined();
  return block ?? '';
}

const blockWith = (files: Files, part: string): string => blockOf('sh', files, part);
const dropInWith = (files: Files, part: string): string => blockOf('ini', files, part);

/** A folder with a unit and its drop-ins, which systemd reads in place of /etc/systemd/system. */
function unitFolder(unit: string, contents: string, dropIns: Record<string, string> = {}): string {
  const folder = join(place.folder, 'units');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const node = join(place.folder, 'node');
  if (!existsSync(node)) {
    symlinkSync(process.execPath, node);
  }
  // Node.js may be elsewhere on this machine.
  expect(contents).toContain('\nExecStart=/usr/bin/node ');
  writeFileSync(join(folder, unit), contents.replace('/usr/bin/node', node));
  for (const [path, text] of Object.entries(dropIns)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function analyze(folder: string, args: string[]) {
  const env = { ...place.env, SYSTEMD_UNIT_PATH: `${folder}:` };
  return runProgram(['systemd-analyze', ...args], { cwd: folder, env });
}

async function expectValid(folder: string, unit: string): Promise<void> {
  const verified = await analyze(folder, ['verify', join(folder, unit)]);
  expect(verified).toMatchObject({ code: 0, stdout: '', stderr: '' });
}

async function expectHardened(folder: string, unit: string): Promise<void> {
  const args = ['security', '--offline=true', `--threshold=${threshold}`, join(folder, unit)];
  const { code, stdout } = await analyze(folder, args);
  expect(code, stdout).toBe(0);
}

const everyUnit = (['ts', 'js'] as const).flatMap((language) =>
  Object.entries(ways).map(([way, given]) => [language, way, given] as const),
);

describeWith(['systemd-analyze'], 'the systemd unit', () => {
  it.each(everyUnit)(
    'of a project in %s, %s, is valid and hardened',
    async (language, _, given) => {
      const files = projectOf({ ...given, language });
      const text = fileOf(files, 'systemd/app.service');
      const folder = unitFolder('chat.service', text);
      await expectValid(folder, 'chat.service');
      await expectHardened(folder, 'chat.service');
      const program = /^ExecStart=\/usr\/bin\/node (\S+)$/m.exec(text)?.[1];
      expect(program).toBe(language === 'ts' ? 'dist/server.js' : 'src/server.js');
    },
  );

  it('is not hardened enough if one of its important lines is missing', async () => {
    const text = fileOf(projectOf({}), 'systemd/app.service');
    const folder = unitFolder('chat.service', text.replaceAll(/^SystemCallFilter=.*\n/gm, ''));
    await expect(expectHardened(folder, 'chat.service')).rejects.toThrow('Overall exposure level');
  });

  it('serves several instances, with the drop-in of its documentation', async () => {
    const files = projectOf({ metrics: true });
    const text = dropInWith(files, 'PORT=%i');
    expect(text).toContain('METRICS_PORT=1%i');
    const unit = fileOf(files, 'systemd/app.service');
    const dropIns = { 'chat@.service.d/override.conf': text };
    const folder = unitFolder('chat@.service', unit, dropIns);
    await expectValid(folder, 'chat@3001.service');
    // systemd reads the drop-in.
    const broken = { 'chat@.service.d/override.conf': text.replace('Environment', 'Environmnt') };
    const { stderr } = await analyze(unitFolder('chat@.service', unit, broken), [
      'verify',
      join(folder, 'chat@3001.service'),
    ]);
    expect(stderr).toContain('override.conf');
    expect(fileOf(projectOf({}), 'docs/systemd.md')).not.toContain('METRICS');
  });

  it('may listen below port 1024, with the drop-in of its documentation', async () => {
    const files = projectOf({});
    const text = dropInWith(files, 'CAP_NET_BIND_SERVICE');
    // Capabilities count for nothing in a user namespace.
    expect(text).toContain('PrivateUsers=no\n');
    const dropIns = { 'chat.service.d/override.conf': text };
    const folder = unitFolder('chat.service', fileOf(files, 'systemd/app.service'), dropIns);
    await expectValid(folder, 'chat.service');
  });
});

it('has limits that follow from the settings', () => {
  const unit = fileOf(projectOf({}), 'systemd/app.service');
  const { MAX_CONNECTIONS, SHUTDOWN_MS } = readSettings({});
  const numberOf = (name: string): number =>
    Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(unit)?.[1]);
  expect(numberOf('LimitNOFILE')).toBe(MAX_CONNECTIONS + 1100);
  expect(numberOf('TimeoutStopSec') * 1000).toBeGreaterThan(SHUTDOWN_MS);
});

it.each(Object.entries(ways))('has valid settings in its documentation, %s', (_, given) => {
  const { path, text } = writtenBy(blockWith(projectOf(given), '/etc/chat/env'));
  expect(path).toBe('/etc/chat/env');
  const lines = text.trim().split('\n');
  const env = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  const settings = readSettings(env);
  const own = answersOf(given).https && given.certSource !== 'proxy';
  expect(settings.HTTPS).toBe(own);
  expect(settings.TRUST_PROXY).toEqual(own ? [] : ['127.0.0.1']);
});

it('can read the certificate that its certbot hook copies, and others cannot', async () => {
  const { text } = writtenBy(blockWith(projectOf({}), 'RENEWED_LINEAGE'));
  const lineage = join(place.folder, 'lineage');
  const etc = join(place.folder, 'etc');
  mkdirSync(lineage);
  mkdirSync(etc);
  for (const name of ['privkey.pem', 'fullchain.pem']) {
    writeFileSync(join(lineage, name), name, { mode: 0o600 });
  }
  const group = String(process.getgid?.() ?? 0);
  const hook = text.replaceAll('/etc/chat', etc).replaceAll('-g chat', `-g ${group}`);
  writeFileSync(join(place.folder, 'renewed'), hook, { mode: 0o755 });
  const env = { ...place.env, RENEWED_LINEAGE: lineage };
  const { code, stderr } = await runProgram([join(place.folder, 'renewed')], {
    cwd: place.folder,
    env,
  });
  expect(code, stderr).toBe(0);
  expect(readFileSync(join(etc, 'key.pem'), 'utf8')).toBe('privkey.pem');
  expect(readFileSync(join(etc, 'cert.pem'), 'utf8')).toBe('fullchain.pem');
});
