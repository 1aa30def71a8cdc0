import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withMovedImports } from '../../../src/update/moved-imports/moved-imports.js';
import { randomOf } from '../../fuzz/random.js';
import { runProgram, type Ended } from '../../support/cli.js';
import { answersOf } from '../../support/combinations.js';
import { sampleOf, seed } from '../../support/sample.js';
import {
  commit,
  commitProject,
  createdBy,
  filesOf,
  git,
  linkPackages,
  trackedFiles,
  updateToNext,
  versions,
  write,
  type Versions,
} from '../../support/updating.js';

type Random = ReturnType<typeof randomOf>;
type Files = Record<string, string>;

let all: Versions;

beforeAll(async () => {
  all = await versions();
});
afterAll(() => all.place.remove());

/** A change of the owner, by its number. @returns what must still be there after the update */
type Edit = (files: Files, random: Random, number: number) => { text?: string; gone?: string };

const isSource = (path: string): boolean => /^src\/.*\.ts$/.test(path);

const edits: Record<string, Edit> = {
  'a line in a file': (files, random, number) => {
    const path = random.pick(Object.keys(files).filter(isSource));
    const lines = String(files[path]).split('\n');
    const places = lines.flatMap((line, index) =>
      /^(import|export|function|const|interface) /.test(line) ? [index] : [],
    );
    const text = `// Mine: ${number}.`;
    lines.splice(random.pick(places), 0, text);
    files[path] = lines.join('\n');
    return { text };
  },
  'a file that imports another': (files, random, number) => {
    const target = random.pick(Object.keys(files).filter((path) => path.startsWith('src/lib/')));
    const name = basename(target).replace('.ts', '.js');
    const text = `export const mine${number} = 1;`;
    files[`src/mine${number}.ts`] = `import * as it from './lib/${name}';\n\n${text}\nvoid it;\n`;
    return { text };
  },
  'a file that moves': (files, random, number) => {
    const from = random.pick(Object.keys(files).filter((path) => path.startsWith('src/lib/')));
    const to = `src/own/${number}-${basename(from)}`;
    const entries = Object.entries(files).map(([path, contents]) => ({ path, contents }));
    const moved = withMovedImports(entries, { moves: { [from]: to }, paths: Object.keys(files) });
    entries.forEach(({ path }) => delete files[path]);
    moved.forEach(({ path, contents }) => (files[path] = contents));
    return { gone: from };
  },
  'a deleted test': (files, random) => {
    const gone = random.pick(Object.keys(files).filter((path) => path.endsWith('.test.ts')));
    delete files[gone];
    return { gone };
  },
  'a dependency and a script': (files, _random, number) => {
    const own = JSON.parse(String(files['package.json']));
    own.dependencies[`mine-${number}`] = '^1.0.0';
    own.scripts[`mine:${number}`] = 'true';
    files['package.json'] = `${JSON.stringify(own, null, 2)}\n`;
    return { text: `"mine-${number}": "^1.0.0"` };
  },
  'a line in the README': (files, _random, number) => {
    const text = `Mine: ${number}.`;
    files['README.md'] = String(files['README.md']).replace('\n', `\n\n${text}\n`);
    return { text };
  },
};

/** Writes the files of a project, and removes all others that git knows. */
function replaceFiles(project: string, files: Files): void {
  for (const path of Object.keys(trackedFiles(all.place, project))) {
    rmSync(join(project, path));
  }
  write(project, files);
}

/** @returns the paths with conflicts in a plain merge of the same three sides by git */
function plainConflicts(
  folder: string,
  sides: Record<'base' | 'ours' | 'theirs', Files>,
): string[] {
  mkdirSync(folder);
  git(all.place, folder, 'init', '--quiet', '--initial-branch=base');
  write(folder, sides.base);
  commit(all.place, folder);
  for (const side of ['ours', 'theirs'] as const) {
    git(all.place, folder, 'checkout', '--quiet', '-B', side, 'base');
    replaceFiles(folder, sides[side]);
    commit(all.place, folder);
  }
  git(all.place, folder, 'checkout', '--quiet', 'ours');
  try {
    git(all.place, folder, 'merge', '--quiet', 'theirs');
  } catch {
    // Conflicts.
  }
  return unmergedIn(folder);
}

function unmergedIn(folder: string): string[] {
  const listed = git(all.place, folder, 'diff', '--name-only', '--diff-filter=U', '--relative');
  return [...new Set(listed.split('\n').filter((line) => line !== ''))];
}

/** Checks the types of a project, and runs its own tests if wanted. */
async function check(project: string, tests: boolean): Promise<Ended> {
  linkPackages(project);
  const call = { cwd: project, env: all.place.env };
  const checked = await runProgram(['node_modules/.bin/tsc'], call);
  return checked.code === 0 && tests
    ? runProgram([process.execPath, '--import', 'tsx', 'test/run.ts'], call)
    : checked;
}

const { '.env': _env, ...base } = filesOf(answersOf({}));

describe('an edited project', () => {
  const runs = sampleOf(
    Array.from({ length: 40 }, (_, run) => run),
    5,
  );
  it.each(runs)('keeps every edit, and compiles unless there are conflicts: %i', async (run) => {
    const random = randomOf(seed, run);
    const files: Files = { ...base };
    const kinds = Array.from({ length: random.int(1, 6) }, () => random.pick(Object.keys(edits)));
    const kept = kinds.map((kind, number) => edits[kind]?.(files, random, number));
    const project = commitProject(all.place, join(all.place.folder, `edited-${run}`), {
      answers: answersOf({}),
    });
    replaceFiles(project, files);
    commit(all.place, project);
    const { code, stderr, stdout } = await updateToNext(all, project, '--json');
    expect([stderr, [0, 1].includes(Number(code))], stdout).toEqual(['', true]);
    const after = trackedFiles(all.place, project);
    const whole = Object.values(after).join('\n');
    const missing = kept
      .flatMap((edit) => edit?.text ?? [])
      .filter((text) => !whole.includes(text));
    expect(missing).toEqual([]);
    expect(kept.flatMap((edit) => edit?.gone ?? []).filter((path) => path in after)).toEqual([]);
    const theirs = await createdBy(all, answersOf({}), join(all.place.folder, `n${run}/chat`));
    const plain = plainConflicts(join(all.place.folder, `plain-${run}`), {
      base,
      ours: files,
      theirs,
    });
    const unmerged = unmergedIn(project);
    expect(unmerged.length, `${unmerged} instead of ${plain}`).toBeLessThanOrEqual(plain.length);
    expect(JSON.parse(stdout).conflicts.map(({ path }: { path: string }) => path)).toEqual(
      unmerged,
    );
    // The project's own tests take a minute.
    const isSound = code === 0 ? await check(project, run === runs[0]) : { code: 0, stdout: '' };
    expect(isSound.code, `${kinds}\n${isSound.stdout.slice(-3000)}`).toBe(0);
  });
});
