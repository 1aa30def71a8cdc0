import { gitText } from './git.js';
import type { Merged } from './merge.js';
import { commitTree, inScratch, type Scratch } from './scratch.js';

/** @returns what a merge would change in the project, as git shows it */
export function diffOf(merged: Merged, scratch: Scratch): string {
  const tree = new Map(merged.tree);
  const before = commitTree(scratch, tree, 'before');
  merged.files.forEach((entry, path) => {
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
