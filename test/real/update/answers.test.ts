import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Answers } from '../../../src/options/answers.js';
import { options } from '../../../src/options/options.js';
import { flagWords } from '../../../src/options/repeat.js';
import { randomOf } from '../../fuzz/random.js';
import { combinations } from '../../support/combinations.js';
import { sampleOf, seed } from '../../support/sample.js';
import { sandbox } from '../../support/sandbox.js';
import { commitProject, filesOf, git, trackedFiles, updateHere } from '../../support/updating.js';

const place = sandbox();
afterAll(() => place.remove());

const random = randomOf(seed, 0);
const pairs = sampleOf(
  Array.from({ length: 120 }, (_, index) => ({
    index,
    from: random.pick(combinations),
    to: random.pick(combinations),
  })),
  15,
);

/** @returns the flags that give a project these answers, whatever it has */
function flagsFor(answers: Answers): string[] {
  const names = options.filter(({ recorded, name }) => recorded && answers[name] !== undefined);
  return flagWords(
    answers,
    names.map(({ name }) => name),
  );
}

describe('other answers', () => {
  it.each(pairs)('$index: from $from.0 to $to.0', async ({ index, from, to }) => {
    const [, before] = from;
    const [, after] = to;
    const project = commitProject(place, join(place.folder, String(index)), { answers: before });
    const { code, stderr } = await updateHere(place, project, ...flagsFor(after));
    expect([code, stderr]).toEqual([0, '']);
    const { '.env': _env, ...wanted } = filesOf(after);
    expect(trackedFiles(place, project)).toEqual(wanted);
    expect(git(place, project, 'status', '--short')).not.toMatch(/^(.[^ ]|\?)/m);
  });
});
