import { withMovedImports } from './moved-imports/moved-imports.js';
import type { OwnFile, Side, Triple } from './sides.js';

/** Old and new paths of files. */
type Moves = ReadonlyMap<string, string>;

function reversed(moves: Moves): Map<string, string> {
  return new Map([...moves].map(([from, to]) => [to, from]));
}

/** Moves files of a side, and lets the imports of all its files follow. */
function moveSide(side: Side, moves: Moves): void {
  const files = [...side].map(([path, { contents }]) => ({ path, contents }));
  const modes = [...side.values()].map(({ mode }) => mode);
  const moved = withMovedImports(files, {
    moves: Object.fromEntries(moves),
    paths: [...side.keys()],
  });
  side.clear();
  moved.forEach(({ path, contents }, index) =>
    side.set(path, { contents, mode: modes[index] ?? '100644' }),
  );
}

/** The same in the project. Only texts that were read are rewritten. */
function moveOurs(ours: Map<string, OwnFile>, moves: Moves): void {
  const files = [...ours].map(([path, { text = '' }]) => ({ path, contents: text }));
  const old = [...ours.values()];
  const moved = withMovedImports(files, {
    moves: Object.fromEntries(moves),
    paths: [...ours.keys()],
  });
  ours.clear();
  moved.forEach(({ path, contents }, index) => {
    const file = old[index];
    if (file !== undefined) {
      const isSame = file.text === undefined || file.text === contents;
      ours.set(path, isSame ? file : { ...file, text: contents, changed: true });
    }
  });
}

/**
 * Gives each moved file one path on all three sides, so that git need not guess renames and imports lead
 * to it. Where the templates moved a file, it moves in the project, too, unless its owner has moved or
 * deleted it: then the owner's path counts.
 * @param moves of the templates
 */
export function followTemplates({ base, theirs, ours }: Triple, moves: Moves): void {
  const known = [...moves].filter(([from, to]) => base.has(from) && theirs.has(to));
  const isFollowed = ([from, to]: [string, string]): boolean => ours.has(from) && !ours.has(to);
  const followed = new Map(known.filter(isFollowed));
  const refused = new Map(known.filter((move) => !isFollowed(move)));
  if (followed.size > 0) {
    moveSide(base, followed);
    moveOurs(ours, followed);
  }
  if (refused.size > 0) {
    moveSide(theirs, reversed(refused));
  }
}

/** Takes the owner's moves over into the other sides: the new version imports files where they are now. */
export function followOwner({ base, theirs }: Triple, moves: Moves): void {
  moveSide(base, moves);
  moveSide(theirs, moves);
}
