import { fieldsOf, gitBytes } from './git.js';
import type { Repository } from './repository.js';
import { commitTree, inScratch, treeOf, type Scratch } from './scratch.js';
import type { Triple } from './sides.js';

const findRenames = ['diff-tree', '-r', '-z', '--find-renames', '-l7000', '--diff-filter=R'];

/**
 * @returns the files that the owner has moved and that the new version still has, as git finds them:
 * their paths before and now
 */
export function ownRenames(
  { base, theirs, ours }: Triple,
  scratch: Scratch,
  repository: Repository,
): Map<string, string> {
  const { prefix } = repository;
  const gone = new Map([...base].filter(([path]) => !ours.has(path) && theirs.has(path)));
  const fresh = [...ours].filter(([path]) => !base.has(path) && !theirs.has(path));
  if (gone.size === 0 || fresh.length === 0) {
    return new Map();
  }
  const before = commitTree(scratch, treeOf(scratch, repository, gone), 'gone');
  const entries = fresh.map(([path, { mode, oid }]) => [prefix + path, { mode, oid }] as const);
  const after = commitTree(scratch, new Map(entries), 'fresh');
  const command = [...findRenames, '--name-status', before, after];
  const fields = fieldsOf(gitBytes(inScratch(scratch), command));
  // Each is a status such as R100, then the old and the new path.
  const renames = fields.flatMap((_status, index): [string, string][] => {
    const [from = '', to = ''] = fields.slice(index + 1, index + 3);
    return index % 3 === 0 ? [[from.slice(prefix.length), to.slice(prefix.length)]] : [];
  });
  return new Map(renames);
}
