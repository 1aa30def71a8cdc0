import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runProgram, type Ended } from '../../support/cli.js';
import { answersOf } from '../../support/combinations.js';
import { commit, commitProject, git, versions, type Versions } from '../../support/updating.js';

let all: Versions;
let bin = '';

/** Programs of GitHub's machines: `npx` starts the later version, and `gh` writes down its calls. */
beforeAll(async () => {
  all = await versions();
  bin = join(all.place.home, 'bin');
  mkdirSync(bin);
  const npx = `shift 2; exec "${process.execPath}" "${all.next}" "$@" --from "${all.tarball}"`;
  const gh = `echo "$*" >> "$GH_CALLS"; case "$2" in list) echo "$OPEN";; esac`;
  for (const [name, line] of Object.entries({ npx, gh })) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(bin, name), 0o755);
  }
});
afterAll(() => all.place.remove());

interface Cloned {
  /** The folder of the project, in a clone. */
  project: string;
  folder: string;
}

/** @returns a clone of a project's repository, as GitHub's machines get it */
function clone(name: string, prepare: (project: string) => void): Cloned {
  const folder = join(all.place.folder, name);
  const answers = answersOf({ githubActions: true });
  const origin = join(folder, 'origin');
  prepare(commitProject(all.place, origin, { answers, inside: 'services/chat' }));
  commit(all.place, origin);
  git(all.place, folder, 'clone', '--quiet', '--depth=1', `file://${origin}`, 'clone');
  return { folder, project: join(folder, 'clone/services/chat') };
}

/** Runs the last step of the workflow, as GitHub does. */
function runStep({ project, folder }: Cloned, open = '0'): Promise<Ended> {
  const { jobs } = parse(readFileSync(join(project, '.github/workflows/update.yml'), 'utf8'));
  const { run } = jobs.update.steps.at(-1);
  const { env } = all.place;
  return runProgram(['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', String(run)], {
    cwd: project,
    env: {
      ...env,
      PATH: `${bin}${delimiter}${String(env['PATH'])}`,
      RUNNER_TEMP: folder,
      GH_CALLS: join(folder, 'calls'),
      OPEN: open,
      CI: 'true',
    },
  });
}

function callsOf({ folder }: Cloned): string {
  const path = join(folder, 'calls');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function addLine(project: string): void {
  const path = join(project, 'src/lib/addresses.ts');
  writeFileSync(path, `// Mine.\n${readFileSync(path, 'utf8')}`);
}

describe('the weekly workflow', () => {
  it('opens a pull request with the update', async () => {
    const cloned = clone('update', () => undefined);
    expect(await runStep(cloned)).toMatchObject({ code: 0 });
    expect(callsOf(cloned)).toMatch(/^pr list .*\npr create --head create-fastify-wss-update /);
    const origin = join(cloned.folder, 'origin');
    const branch = 'create-fastify-wss-update';
    const changed = git(all.place, origin, 'diff', '--name-only', 'main', branch);
    expect(changed).toContain('services/chat/src/lib/uptime.ts\n');
  });

  it('updates its branch if the pull request is open', async () => {
    const cloned = clone('again', () => undefined);
    expect(await runStep(cloned, '1')).toMatchObject({ code: 0 });
    expect(callsOf(cloned)).toMatch(/^pr list .*\n$/);
  });

  it('opens an issue about conflicts and takes the update back', async () => {
    const cloned = clone('conflict', addLine);
    expect(await runStep(cloned)).toMatchObject({ code: 0 });
    expect(callsOf(cloned)).toMatch(/^issue list .*\nissue create /);
    expect(readFileSync(join(cloned.folder, 'issue.md'), 'utf8')).toContain(
      'src/lib/addresses.ts: both sides changed the same lines',
    );
    expect(git(all.place, cloned.project, 'status', '--short')).toBe('');
  });

  it('opens no second issue', async () => {
    const cloned = clone('known', addLine);
    expect(await runStep(cloned, '1')).toMatchObject({ code: 0 });
    expect(callsOf(cloned)).toMatch(/^issue list .*\n$/);
  });
});
