import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, runProgram } from '../support/cli.js';
import { describeWith } from '../support/needs.js';
import { hasBinaries, majors, nodeFolder } from '../support/nodes.js';
import { create, script, tryService, type Project } from '../support/project.js';
import { sandbox } from '../support/sandbox.js';

const languages = ['ts', 'js'] as const;

describe.runIf(hasBinaries).each(majors)('on Node %i', (major) => {
  const path = { folder: '' };
  beforeAll(() => {
    path.folder = nodeFolder(major);
  });

  describeWith(['mkcert', 'git'], 'generator and project', () => {
    it.each(languages)('render, install, check and serve in %s', async (language) => {
      const place = sandbox();
      try {
        const env = { PATH: `${path.folder}${delimiter}${process.env['PATH']}` };
        const program = join(path.folder, 'node');
        const flags = ['--redis', '--docker', '--github-actions'];
        const made = await create({
          sandbox: place,
          way: 'mkcert',
          language,
          env,
          program,
          flags,
        });
        const version = execFileSync('node', ['--version'], { env: made.env, encoding: 'utf8' });
        expect(version).toMatch(new RegExp(`^v${major}\\.`));
        await script(made, 'run', 'lint');
        await script(made, 'test');
        await checkAndBuild(made);
        await tryService(made, 'run', 'dev');
        await tryService(made, 'start');
      } finally {
        await place.remove();
      }
    });

    it('installs without a warning', async () => {
      const place = sandbox();
      try {
        const env = { PATH: `${path.folder}${delimiter}${process.env['PATH']}` };
        const program = join(path.folder, 'node');
        const flags = ['--no-install', '--no-git'];
        const made = await create({
          sandbox: place,
          way: 'mkcert',
          language: 'ts',
          env,
          program,
          flags,
        });
        expect(await script(made, 'install', '--no-audit', '--no-fund')).not.toMatch(/warn/i);
      } finally {
        await place.remove();
      }
    });
  });
});

async function checkAndBuild(project: Project): Promise<void> {
  if (project.language === 'ts') {
    await script(project, 'run', 'check');
    await script(project, 'run', 'build');
  }
}

describe.runIf(hasBinaries)('on a Node that is too old', () => {
  const place = sandbox();
  afterAll(() => place.remove());

  it('says so in one line', async () => {
    const { code, stdout, stderr } = await runProgram(
      [join(nodeFolder(18), 'node'), bin, 'app', '--yes'],
      {
        cwd: place.folder,
        env: place.env,
      },
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^create-fastify-wss needs Node\.js 20\.19 or newer; this is 18\..*$/);
  });
});
