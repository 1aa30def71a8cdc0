import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bin, cli } from '../../support/cli.js';
import { fakeInstall } from '../../support/fake-npm.js';
import { reportSchema } from '../../support/report-schema.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';

const accepts = new Ajv2020({ strict: true, strictRequired: false }).compile(reportSchema);

const place: { sandbox: Sandbox } = { sandbox: sandbox() };
const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);
const programs = (): string => join(place.sandbox.home, 'bin');

/** A fake package manager, on a PATH with little else. */
function npm(script: string): void {
  mkdirSync(programs(), { recursive: true });
  writeFileSync(join(programs(), 'npm'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs(), 'npm'), 0o755);
}

function env() {
  return { ...place.sandbox.env, PATH: `${programs()}:/usr/bin:/bin` };
}

/** The document that a run prints, and nothing else. */
async function documentOf(args: string[], code: number) {
  const ended = await cli(['app', '--no-git', '--json', ...args], { cwd: at(), env: env() });
  expect(ended).toMatchObject({ code });
  const document = JSON.parse(ended.stdout);
  expect(accepts(document), JSON.stringify(accepts.errors)).toBe(true);
  return { document, stderr: ended.stderr };
}

beforeEach(async () => {
  await place.sandbox.remove();
  place.sandbox = sandbox();
  npm(fakeInstall);
});
afterEach(() => place.sandbox.remove());

const plain = ['--yes', '--no-https'];

describe('the output of --json', () => {
  it('has the same form for a plan, a run and the same run again', async () => {
    const planned = await documentOf([...plain, '--dry-run'], 0);
    expect(planned.document.steps).toMatchObject([{ status: 'planned' }]);
    const done = await documentOf(plain, 0);
    expect(done.document.steps).toMatchObject([{ status: 'done' }]);
    const again = await documentOf(plain, 0);
    expect(again.document.steps).toMatchObject([{ status: 'already' }]);
    for (const { document, stderr } of [planned, done, again]) {
      expect(stderr).toBe('');
      expect({ ...document, steps: [] }).toEqual({ ...planned.document, steps: [] });
    }
  });

  it('contains the error of a failed step and what was done', async () => {
    npm('echo "no such registry" >&2; exit 7');
    const { document, stderr } = await documentOf(plain, 1);
    expect(stderr).toBe('no such registry');
    expect(document).toMatchObject({
      ok: false,
      steps: [{ command: 'npm install', status: 'failed' }],
      next: ['cd app', 'npm install', 'npm run dev'],
      error: {
        code: 'step-failed',
        stage: 'steps',
        message: 'Installing the dependencies with npm failed.',
        fix: 'The project is kept. In its folder, run: npm install',
      },
    });
  });

  it('contains the signal that ended the steps', async () => {
    npm('touch started; exec sleep 30');
    const child = spawn(process.execPath, [bin, 'app', '--no-git', '--json', ...plain], {
      cwd: at(),
      env: env(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const said: string[] = [];
    child.stdout.on('data', (chunk) => said.push(String(chunk)));
    await expect.poll(() => existsSync(at('app/started')), { timeout: 10_000 }).toBe(true);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([143, null]);
    const document = JSON.parse(said.join(''));
    expect(accepts(document), JSON.stringify(accepts.errors)).toBe(true);
    expect(document).toMatchObject({
      ok: false,
      steps: [{ status: 'not-run' }],
      error: { code: 'cancelled', message: 'Stopped by SIGTERM. The project is kept.' },
    });
  });

  const refused: [string, string, string[], () => void][] = [
    ['unknown-option', 'arguments', [...plain, '--prot', '1'], () => undefined],
    ['invalid-value', 'arguments', [...plain, '--port', '0'], () => undefined],
    ['missing-answers', 'answers', ['--no-https'], () => undefined],
    ['contradiction', 'answers', [...plain, '--cert-source', 'mkcert'], () => undefined],
    ['contradiction', 'answers', [...plain, '--verify', '--no-install'], () => undefined],
    ['unreadable-file', 'answers', [...plain, '--answers', 'none.json'], () => undefined],
    ['conflict', 'apply', plain, () => [mkdirSync(at('app')), writeFileSync(at('app/.env'), '')]],
    ['not-writable', 'apply', plain, () => symlinkSync('nowhere', at('app'))],
  ];
  it.each(refused)(
    'for %s at the stage %s says that nothing was written',
    async (code, stage, args, prepare) => {
      prepare();
      const { document, stderr } = await documentOf(args, 2);
      expect(stderr).toBe('');
      expect(document).toMatchObject({ ok: false, error: { code, stage } });
      expect(Object.keys(document)).toEqual(['schemaVersion', 'ok', 'error']);
    },
  );
});
