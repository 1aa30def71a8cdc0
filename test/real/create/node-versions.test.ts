import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bin, runProgram } from '../../support/cli.js';
import { hasBinaries, nodeFolder, pathWith } from '../../support/nodes.js';
import { create, succeed } from '../../support/project.js';
import { sandbox } from '../../support/sandbox.js';

// real/service/service.test.ts tests that projects work on each Node.js.
describe.runIf(hasBinaries).each([22, 24, 26])('on Node %i', (major) => {
  const place = sandbox();
  afterAll(() => place.remove());

  it('npm installs a project without a warning', async () => {
    const project = await create({
      sandbox: place,
      way: 'insecure',
      language: 'ts',
      flags: ['--redis', '--no-install', '--no-git'],
      env: { PATH: pathWith([nodeFolder(major)]) },
      program: join(nodeFolder(major), 'node'),
    });
    expect(await succeed(project, ['node', '--version'])).toMatch(new RegExp(`^v${major}\\.`));
    const command = ['npm', 'install', '--no-audit', '--no-fund'];
    expect(await succeed(project, command)).not.toMatch(/warn/i);
  });
});

describe.runIf(hasBinaries)('on a Node.js that is too old', () => {
  const place = sandbox();
  afterAll(() => place.remove());

  it.each([
    [['app', '--yes']],
    [['app', '--json']],
    [[]],
    [['--version']],
    [['--help']],
    [['--schema']],
  ])('reports that in one line to %j', async (args) => {
    const { code, stdout, stderr } = await runProgram(
      [join(nodeFolder(18), 'node'), bin, ...args],
      {
        cwd: place.folder,
        env: place.env,
      },
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^create-fastify-wss needs Node\.js 20\.19 or newer; this is 18\..*$/);
  });
});
