import { gitText } from './git.js';
import type { Merged } from './merge.js';
import type { Repository } from './repository.js';
import { commitTree, committedTree, inScratch, type Scratch } from './scratch.js';

/** @returns what a merge would change in the project, as git shows it */
export function diffOf({ files }: Merged, scratch: Scratch, repository: Repository): string {
  const tree = committedTree(repository);
  const before = commitTree(scratch, tree, 'before');
  files.forEach((entry, path) => {
    if (entry === undefined) {
      tree.delete(path);
    } else {
      tree.set(path, entry);
    }
  });
  const after = commitTree(scratch, tree, 'after');
  const colour = process.stdout.isTTY ? 'always' : 'never';
  return gitText(inScratch(scratch), ['diff', `--color=${colour}`, '--no-ext-diff', before, after]);
}
