import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram } from '../support/cli.js';
import { upgradeStatus } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import {
  allWays,
  create,
  isProxied,
  moveProxy,
  script,
  serve,
  tryService,
  type Project,
  type Way,
} from '../support/project.js';
import { sandbox } from '../support/sandbox.js';

const programs: Record<Way, string[]> = {
  mkcert: ['mkcert', 'git'],
  files: ['mkcert', 'git'],
  caddy: ['mkcert', 'git', 'caddy'],
  nginx: ['mkcert', 'git', 'nginx'],
  insecure: ['git', 'mkcert'],
};

const languages = ['ts', 'js'] as const;
const cases = languages.flatMap((language) => allWays.map((way) => ({ language, way })));

/** Another developer's checkout of the project. */
function cloneOf(project: Project): Project {
  const folder = join(project.sandbox.folder, 'clone');
  execFileSync('git', ['clone', '--quiet', project.folder, folder], { env: project.env });
  return { ...project, folder };
}

for (const { language, way } of cases) {
  describeWith(programs[way], `a project in ${language} with ${way}`, () => {
    const place = sandbox();
    const made: { project?: Project } = {};
    const project = (): Project => {
      if (made.project === undefined) {
        throw new Error('The project was not made.');
      }
      return made.project;
    };

    beforeAll(async () => {
      made.project = await create({ sandbox: place, way, language });
      if (isProxied({ way })) {
        moveProxy(made.project);
      }
    });
    afterAll(() => place.remove());

    it('is installed and committed, with its secrets left out', () => {
      const { folder, env } = project();
      const tracked = execFileSync('git', ['ls-files'], { cwd: folder, env, encoding: 'utf8' });
      expect(tracked).toContain('package-lock.json');
      expect(tracked).not.toMatch(/^\.env$|\.pem$|node_modules/m);
      expect(existsSync(join(folder, 'node_modules/fastify'))).toBe(true);
      const secrets = ['.env', 'certs/key.pem'].filter((path) => existsSync(join(folder, path)));
      const modes = secrets.map((path) => statSync(join(folder, path)).mode & 0o777);
      expect(new Set(modes)).toEqual(new Set([0o600]));
    });

    it('passes its own lint, tests and checks', async () => {
      await script(project(), 'run', 'lint');
      await script(project(), 'test');
      if (language === 'ts') {
        await script(project(), 'run', 'check');
        await script(project(), 'run', 'build');
      }
    });

    it('echoes and refuses foreign origins, in development and as it is deployed', async () => {
      await tryService(project(), 'run', 'dev');
      await tryService(project(), 'start');
    });

    it.runIf(way === 'files')('leaves files of the user alone', async () => {
      const keys = ['their key.pem', 'their cert.pem'].map((name) => join(place.folder, name));
      const before = keys.map((path) => readFileSync(path, 'utf8'));
      await script(project(), 'run', 'certs');
      const { folder, env } = project();
      const elsewhere = { ...env, PRIV_KEY: keys[0], CERT_KEY: 'certs/none.pem' };
      const { code, stderr } = await runProgram(['npm', 'run', 'certs'], {
        cwd: folder,
        env: elsewhere,
      });
      expect(code).toBe(1);
      expect(stderr).toContain('certs/none.pem is not there.');
      expect(keys.map((path) => readFileSync(path, 'utf8'))).toEqual(before);
    });

    it('works for a second developer who clones it', async () => {
      const clone = cloneOf(project());
      await script(clone, 'ci', '--prefer-offline');
      await script(clone, 'run', 'certs');
      expect(existsSync(join(clone.folder, '.env'))).toBe(true);
      if (isProxied({ way })) {
        moveProxy(clone);
      }
      await tryService(clone, 'run', 'dev');
    });
  });
}

describeWith(['mkcert'], 'a certificate that a client does not trust', () => {
  const place = sandbox();
  afterAll(() => place.remove());

  it('is refused by that client: the echo of the other tests is a verified one', async () => {
    const project = await create({
      sandbox: place,
      way: 'mkcert',
      language: 'js',
      flags: ['--no-git'],
    });
    const running = await serve(project, 'run', 'dev');
    try {
      await expect(
        upgradeStatus(`wss://localhost:${project.port}/live`, { origin: project.origin }),
      ).rejects.toThrow(/unable to verify the first certificate/);
    } finally {
      await Promise.all(running.map(({ stop }) => stop()));
    }
  });
});
