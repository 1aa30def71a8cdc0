import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageManagers } from '../../../src/options/package-managers.js';
import { cli, runProgram, type Ended } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';
import { managerFolder } from '../../support/tools.js';

type Manager = 'npm' | 'pnpm';

/** A workspace of a package manager in a git repository; one member is named like a dependency. */
function workspace(manager: Manager): Sandbox {
  const place = sandbox();
  const members = ['packages/*'];
  const manifest = { name: 'mono', private: true };
  const written = manager === 'npm' ? { ...manifest, workspaces: members } : manifest;
  writeFileSync(join(place.folder, 'package.json'), JSON.stringify(written));
  if (manager === 'pnpm') {
    writeFileSync(join(place.folder, 'pnpm-workspace.yaml'), `packages: ['${members[0]}']\n`);
  }
  mkdirSync(join(place.folder, 'packages'));
  execFileSync('git', ['init', '--quiet', place.folder], { env: place.env });
  const folder = managerFolder(manager);
  const path = [...(folder === undefined ? [] : [folder]), process.env['PATH']].join(':');
  return { ...place, env: { ...place.env, PATH: path } };
}

describeWith(['git', 'mkcert'], 'a project in a workspace', () => {
  describe.each(['npm', 'pnpm'] as const)('of %s', (manager) => {
    const place = workspace(manager);
    afterAll(() => place.remove());
    const at = (path: string): string => join(place.folder, path);
    const { lockfile, install } = packageManagers[manager];

    function create(...flags: string[]): Promise<Ended> {
      const args = ['packages/ws', '--yes', '--package-manager', manager, ...flags];
      return cli(args, { cwd: place.folder, env: place.env });
    }

    it('works, with the lockfile in the root', async () => {
      const { code, stderr, stdout } = await create('--verify');
      expect(code, `${stdout}${stderr}`).toBe(0);
      expect(stdout).toContain('✓ wss:// verified on a free port');
      expect(existsSync(at(lockfile))).toBe(true);
      expect(existsSync(at(`packages/ws/${lockfile}`))).toBe(false);
      expect(existsSync(at('packages/ws/.git'))).toBe(false);
    });

    it('leaves an install of the whole workspace as it was', async () => {
      const ended = await runProgram(install, { cwd: place.folder, env: place.env });
      expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
    });

    it('is found complete by the same run again', async () => {
      const { code, stdout } = await create('--json');
      expect(code).toBe(0);
      const { steps }: { steps: { status: string }[] } = JSON.parse(stdout);
      expect(new Set(steps.map(({ status }) => status))).toEqual(new Set(['already']));
      expect(steps.length).toBeGreaterThan(1);
    });
  });
});
