import { mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../src/io/programs.js';
import { runProgram } from '../../support/cli.js';
import { own, publishOwn, type Published } from '../../support/own-package.js';
import { create, expectHealthy, script, serve, type Project } from '../../support/project.js';
import { sandbox } from '../../support/sandbox.js';

const place = sandbox();
const made: { published?: Published; project?: Project } = {};

/** A machine with Node.js and npm, and without mkcert. */
function programs(): string {
  const folder = join(place.home, 'bin');
  mkdirSync(folder);
  for (const name of ['node', 'npm', 'npx', 'sh']) {
    symlinkSync(findProgram(name) ?? name, join(folder, name));
  }
  return folder;
}

function project(): Project {
  if (made.project === undefined) {
    throw new Error('There is no project.');
  }
  return made.project;
}

function removePair(): void {
  for (const name of ['key.pem', 'cert.pem']) {
    rmSync(join(project().folder, 'certs', name), { force: true });
  }
}

beforeAll(async () => {
  made.published = await publishOwn(place);
  const env = {
    PATH: programs(),
    npm_config_registry: made.published.registry.url,
    // The other registry has the published version, so npm would download nothing.
    npm_config_cache: join(place.home, 'cache'),
  };
  made.project = await create({
    sandbox: place,
    way: 'mkcert',
    language: 'js',
    flags: ['--no-git'],
    env,
  });
});
afterAll(async () => {
  await made.published?.registry.stop();
  await place.remove();
});

describe('a project on a machine without mkcert', () => {
  it('gets its certificate from the package that created it, and serves with a trusted certificate', async () => {
    removePair();
    const said = await script(project(), 'certs');
    expect(said).toMatch(new RegExp(`npx --yes ${own}@\\d+\\.\\d+\\.\\d+ certs localhost `));
    expect(statSync(join(project().folder, 'certs/key.pem')).mode & 0o777).toBe(0o600);
    const running = await serve(project(), 'dev');
    try {
      await expectHealthy(project());
    } finally {
      await Promise.all(running.map(({ stop }) => stop()));
    }
    const requests = (await made.published?.registry.requests()) ?? [];
    expect(requests.filter((request) => request.includes(`/${own}/-/`))).toHaveLength(1);
    expect(await script(project(), 'certs')).toContain('already exist.');
  });

  it('gets a hint to mkcert if npx reaches no registry', async () => {
    removePair();
    const {
      folder,
      env,
      sandbox: { home },
    } = project();
    const offline = {
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_cache: join(home, 'empty'),
      npm_config_fetch_retries: '0',
    };
    const { code, stderr } = await runProgram(['npm', 'run', 'certs'], {
      cwd: folder,
      env: { ...env, ...offline },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/npx failed\. Install mkcert \(https:.*\), then run: npm run certs$/);
  });
});
