import { existsSync, mkdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedFile } from '../project/plan/project.js';
import { foldersOf } from './compare.js';
import { letSignalsIn, type Placing, stage, stagingIn } from './stage.js';
import { whenUnlocked } from '../io/locked-files.js';
import { addName } from '../io/staging.js';
import type { Undo } from './undo.js';

interface Move {
  /** The path of the file in staging. */
  fresh: string;
  place: string;
  /** Where the replaced file is kept until all are in place. */
  kept: string;
}

function replaceFile({ fresh, place, kept }: Move, undo: Undo[]): void {
  addName(place, kept);
  undo.push(() => whenUnlocked(() => renameSync(kept, place)));
  whenUnlocked(() => renameSync(fresh, place));
}

/** A file that another program has written since the comparison is not replaced. */
function addFile({ fresh, place }: Move, undo: Undo[]): void {
  addName(fresh, place);
  undo.push(() => whenUnlocked(() => unlinkSync(place)));
}

function makeFolders(directory: string, file: PlannedFile, undo: Undo[]): void {
  for (const folder of foldersOf(file.path).map((name) => join(directory, name))) {
    if (!existsSync(folder)) {
      mkdirSync(folder);
      undo.push(() => whenUnlocked(() => rmdirSync(folder)));
    }
  }
}

/** Files move in one by one: at any moment, each is absent, old or complete. */
export async function moveIn(placing: Placing): Promise<void> {
  const { directory, changes, undo, cancel } = placing;
  const files = [...changes.absent, ...changes.different];
  const staging = stagingIn(directory, placing);
  const [fresh, kept] = [join(staging, 'new'), join(staging, 'old')];
  stage(fresh, files);
  mkdirSync(kept);
  for (const [index, file] of files.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- a signal between two files ends the run
    await letSignalsIn(cancel);
    makeFolders(directory, file, undo);
    const place = join(directory, file.path);
    const move = { fresh: join(fresh, file.path), place, kept: join(kept, String(index)) };
    (changes.different.includes(file) ? replaceFile : addFile)(move, undo);
  }
}
