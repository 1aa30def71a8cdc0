import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answersOf } from '../../support/combinations.js';
import { rendered } from '../../support/rendered.js';
import { identity, sandbox } from '../../support/sandbox.js';

const place = sandbox();
afterAll(() => place.remove());

/**
 * Runs git as on a Windows machine that converts line endings and checks that this is reversible.
 */
function git(...words: string[]): string {
  const windows = ['core.autocrlf=true', 'core.safecrlf=true'].flatMap((each) => ['-c', each]);
  return execFileSync('git', [...windows, ...words], {
    cwd: place.folder,
    env: { ...place.env, ...identity },
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

describe('a project in a git that converts line endings', () => {
  const files = rendered(answersOf({ redis: true, docker: true, githubActions: true }));

  it('is added without an error, and a clone has the same bytes', () => {
    for (const { path, contents } of files) {
      const file = join(place.folder, 'app', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, contents);
    }
    git('init', '--quiet', 'app');
    git('-C', 'app', 'add', '--all', '--force');
    git('-C', 'app', 'commit', '--quiet', '--message', 'Initial commit');
    git('clone', '--quiet', 'app', 'clone');
    const changed = files.filter(
      ({ path, contents }) => readFileSync(join(place.folder, 'clone', path), 'utf8') !== contents,
    );
    expect(changed.map(({ path }) => path)).toEqual([]);
    expect(git('-C', 'clone', 'status', '--porcelain')).toBe('');
  });
});
