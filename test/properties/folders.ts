import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { parseArguments } from '../support/arguments.js';
import { UserError } from '../../src/core/errors.js';
import { projectName } from '../../src/project/plan/project-name.js';
import { cli, runProgram } from '../support/cli.js';
import type { Sandbox } from '../support/sandbox.js';
import { hostilePath } from './hostile.js';
import type { Property } from './property.js';

const answers = ['--yes', '--no-https', '--no-install', '--no-git', '--json'];

/** Possible arguments of a process, for folders inside the working folder. */
function isUsable(folder: string, path: string): boolean {
  const inside = relative(folder, resolve(folder, path));
  const leaves = inside === '..' || inside.startsWith(`..${sep}`) || inside.startsWith(sep);
  return !path.includes('\0') && Buffer.from(path).toString() === path && !leaves;
}

/** @returns whether the answers are accepted, by the same checks but without a process */
function isAccepted(folder: string, path: string): boolean {
  try {
    parseArguments(['--', path]);
    projectName(basename(resolve(folder, path)));
    return true;
  } catch (error) {
    if (error instanceof UserError) {
      return false;
    }
    throw error;
  }
}

/** All folders below this one, with their names on the disk. */
function foldersBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((each) => each.isFile() && each.name === 'package.json')
    .map(({ parentPath }) => parentPath);
}

async function expectWritten(folder: string, path: string, { env }: Sandbox): Promise<void> {
  const { code, stdout, stderr } = await cli([...answers, '--', path], { cwd: folder, env });
  const report = JSON.parse(stdout);
  assert.equal(stderr, '');
  if (!isAccepted(folder, path)) {
    assert.equal(code, 2, stdout);
    assert.equal(report.ok, false);
    assert.match(report.error.message, /^\[directory]: /);
    assert.deepEqual(readdirSync(folder), []);
    return;
  }
  assert.equal(code, 0, stdout);
  const target = resolve(folder, path);
  assert.equal(report.directory, target);
  assert.deepEqual(foldersBelow(folder), [target]);
  const enter = target === folder ? ':' : String(report.next[0]);
  const { stdout: entered } = await runProgram(['sh', '-c', `${enter} && pwd -P`], {
    cwd: folder,
    env,
  });
  assert.equal(entered, target);
}

/** @returns the properties of real runs: each writes into its own empty folder */
export function folderProperty(place: Sandbox): Property {
  let number = 0;
  return {
    name: 'a run writes into the folder that was named, and the printed cd enters it',
    share: 0.0125,
    check: (effort) =>
      fc.assert(
        fc.asyncProperty(hostilePath, async (path) => {
          const folder = join(place.folder, String((number += 1)));
          fc.pre(isUsable(folder, path));
          mkdirSync(folder);
          await expectWritten(folder, path, place);
          rmSync(folder, { recursive: true });
        }),
        effort,
      ),
  };
}
