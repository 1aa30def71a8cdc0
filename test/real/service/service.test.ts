import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { packageManagers } from '../../../src/options/package-managers.js';
import { allPairs, everyChoice, nameOf, type Choice } from '../../support/choices.js';
import { runProgram } from '../../support/cli.js';
import { upgradeStatus } from '../../support/client.js';
import { openWorkshop, tryChoice, type Workshop } from '../../support/matrix.js';
import { describeWith, itBesideWith } from '../../support/needs.js';
import { allMajors } from '../../support/nodes.js';
import { create, script, serve, succeed, tryService, type Project } from '../../support/project.js';
import { sampleOf } from '../../support/sample.js';
import { sandbox } from '../../support/sandbox.js';
import { isProxied, moveProxy, programs } from '../../support/ways.js';

const choices = sampleOf(allPairs(everyChoice(allMajors), 24), 12);
/** The projects whose own tests run here. real/service/dependencies.test.ts also runs them on each Node.js. */
const tested = sampleOf(choices, 2);

/** Whether no earlier project has the same way or the same package manager. */
function isFirst({ way, manager }: Choice, index: number): boolean {
  const before = choices.slice(0, index);
  return (
    !before.some((each) => each.way === way) || !before.some((each) => each.manager === manager)
  );
}

const workshop = openWorkshop();
afterAll(() => workshop.remove());

for (const [index, choice] of choices.entries()) {
  const name = `a project of ${nameOf(choice)} is installed, passes its checks, and serves`;
  itBesideWith(programs[choice.way], name, () =>
    tryChoice(choice, workshop, {
      tests: tested.includes(choice),
      more: async (project) => {
        expectCommitted(project);
        if (choice.way === 'files') {
          await expectFilesLeftAlone(project);
        }
        if (isFirst(choice, index)) {
          await expectClone(project, workshop);
        }
      },
    }),
  );
}

/** Everything is committed except secrets, which only their owner may read. */
function expectCommitted({ folder, env, manager }: Project): void {
  const tracked = execFileSync('git', ['ls-files'], { cwd: folder, env, encoding: 'utf8' });
  expect(tracked.split('\n')).toContain(packageManagers[manager].lockfile);
  expect(tracked).not.toMatch(/^\.env$|\.pem$|node_modules/m);
  const secrets = ['.env', 'certs/key.pem'].filter((path) => existsSync(join(folder, path)));
  const modes = secrets.map((path) => statSync(join(folder, path)).mode & 0o777);
  expect(new Set(modes)).toEqual(new Set([0o600]));
}

/** `certs` never overwrites a key of the user. */
async function expectFilesLeftAlone(project: Project): Promise<void> {
  const { folder, env, sandbox: place } = project;
  const keys = ['their key.pem', 'their cert.pem'].map((name) => join(place.folder, name));
  const before = keys.map((path) => readFileSync(path, 'utf8'));
  await script(project, 'certs');
  const { run } = packageManagers[project.manager];
  const { code, stderr } = await runProgram([...run, 'certs'], {
    cwd: folder,
    env: { ...env, PRIV_KEY: keys[0], CERT_KEY: 'certs/none.pem' },
  });
  expect(code).toBe(1);
  expect(stderr).toContain('Missing: certs/none.pem.');
  expect(keys.map((path) => readFileSync(path, 'utf8'))).toEqual(before);
}

/** A second developer clones it, installs from the lockfile, and works on it. */
async function expectClone(project: Project, { inTurn }: Workshop): Promise<void> {
  const folder = join(project.sandbox.folder, 'clone');
  execFileSync('git', ['clone', '--quiet', project.folder, folder], { env: project.env });
  const clone = { ...project, folder };
  await inTurn(() => succeed(clone, packageManagers[project.manager].frozen));
  await script(clone, 'certs');
  expect(existsSync(join(folder, '.env'))).toBe(true);
  if (isProxied(clone)) {
    moveProxy(clone);
  }
  await tryService(clone, 'dev');
}

describeWith(['mkcert'], 'a certificate that a client does not trust', () => {
  const place = sandbox();
  afterAll(() => place.remove());

  it('is refused by that client, so the echo in other tests is verified', async () => {
    const flags = ['--no-git'];
    const project = await create({ sandbox: place, way: 'mkcert', language: 'js', flags });
    const running = await serve(project, 'dev');
    try {
      await expect(
        upgradeStatus(`wss://localhost:${project.port}/live`, { origin: project.origin }),
      ).rejects.toThrow(/unable to verify the first certificate/);
    } finally {
      await Promise.all(running.map(({ stop }) => stop()));
    }
  });
});
