import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root, runProgram } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { own, publishOwn } from '../../support/own-package.js';
import { identity, sandbox, type Environment } from '../../support/sandbox.js';

const place = sandbox();
const clone = join(place.folder, 'clone');
afterAll(() => place.remove());

/** The commands of a job, as in the workflow. */
function commandsOf(workflow: string, job: string): string[] {
  const path = join(root, '.github/workflows', workflow);
  const { jobs } = parse(readFileSync(path, 'utf8'));
  const steps: { run?: string }[] = jobs[job].steps;
  return steps.flatMap(({ run }) => run ?? []);
}

/** Runs a step like GitHub: in a bash that ends at the first failure. */
async function step(script: string, cwd: string, env: Environment = {}) {
  const command = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', script];
  const ci = { CI: 'true', GITHUB_ACTIONS: 'true' };
  return runProgram(command, { cwd, env: { ...place.env, ...ci, ...env } });
}

async function expectPassed(script: string, cwd: string, env: Environment = {}): Promise<void> {
  const { code, stdout, stderr } = await step(script, cwd, env);
  expect(code, `${script}\n${stdout}\n${stderr}`).toBe(0);
}

describe('the job that creates a project', () => {
  it('passes from the install to the tests of the project, which other tests run', async () => {
    const work = join(place.folder, 'work/repository');
    cpSync(join(root, 'dist'), join(work, 'dist'), { recursive: true });
    const commands = commandsOf('ci.yml', 'project');
    expect([commands.at(0), commands.at(-1)]).toEqual([
      'npm ci',
      'npm --prefix ../my-service test',
    ]);
    for (const script of commands.slice(1, -1)) {
      await expectPassed(script, work);
    }
    const project = readFileSync(join(work, '../my-service/package.json'), 'utf8');
    expect(JSON.parse(project).scripts).toHaveProperty('test');
  });
});

const changelogPath = '.github/CHANGELOG.md';

/** A clone with the last changes, whose addresses are filled in and whose changelog has a date. */
async function makeClone(): Promise<void> {
  const listed = ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await runProgram(listed, { cwd: root, env: process.env });
  for (const path of stdout.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    cpSync(join(root, path), join(clone, path));
  }
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  manifest.repository.url = 'git+https://forge.example/app.git';
  manifest.bugs = { url: 'https://forge.example/app/issues', email: 'security@example.com' };
  writeFileSync(join(clone, 'package.json'), JSON.stringify(manifest, null, 2));
  const changelog = readFileSync(join(root, changelogPath), 'utf8');
  const heading = new RegExp(`^## \\[${manifest.version}\\].*$`, 'm');
  const dated = changelog.replace(heading, `## [${manifest.version}] - 2027-01-31`);
  writeFileSync(join(clone, changelogPath), dated);
  const git = { cwd: clone, env: { ...place.env, ...identity } };
  await runProgram(['git', 'init', '--quiet'], git);
  await runProgram(['git', 'add', '--all'], git);
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
}

/** A program that only writes down how it is called. */
function recorder(name: string): string {
  const folder = join(place.home, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\nprintf '%s\\n' "$@" >"$0.txt"\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

describeWith(['git'], 'the release', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const tag = { GITHUB_REF_NAME: `v${version}` };
  const artifact = join(clone, 'release');

  it('is refused while an address is empty, or if the tag is another', async () => {
    await makeClone();
    const [, pack = ''] = commandsOf('release.yml', 'package');
    const wrong = await step(pack, clone, { GITHUB_REF_NAME: 'v0.0.1' });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain(`The tag v0.0.1 is not v${version}`);
    expect(readdirSync(artifact)).toEqual(['notes.md']);
  });

  it('packs, publishes what was packed, and makes a release with its notes', async () => {
    const [install, pack = ''] = commandsOf('release.yml', 'package');
    expect(install).toBe('npm ci');
    await expectPassed(pack.replace('mkdir', 'mkdir -p'), clone, tag);
    const packed = [`${own}-${version}.tgz`, 'THIRD-PARTY-NOTICES.txt', 'notes.md'];
    expect(readdirSync(artifact).toSorted()).toEqual(packed.toSorted());
    expect(readFileSync(join(artifact, 'notes.md'), 'utf8')).toMatch(/^The first release|^### /);

    const { registry } = await publishOwn(place);
    try {
      const output = join(place.folder, 'output');
      const env = { npm_config_registry: registry.url, GITHUB_OUTPUT: output };
      await expectPassed(`npm unpublish --force ${own}@${version}`, artifact, env);
      for (const script of commandsOf('release.yml', 'publish')) {
        await expectPassed(script, artifact, env);
      }
      expect(await registry.requests()).toContain(`PUT /${own}`);
    } finally {
      await registry.stop();
    }

    const folder = recorder('gh');
    const path = { PATH: `${folder}:${process.env['PATH']}` };
    for (const script of commandsOf('release.yml', 'announce')) {
      await expectPassed(script, artifact, { ...tag, ...path });
    }
    const words = readFileSync(join(folder, 'gh.txt'), 'utf8').split('\n');
    expect(words.slice(0, 3)).toEqual(['release', 'create', `v${version}`]);
    expect(words).toContain(`./${own}-${version}.tgz`);
  });
});
