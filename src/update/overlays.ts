import { existsSync } from 'node:fs';
import type { Templates } from '../core/template-types.js';
import { isExactVersion } from '../core/versions.js';
import type { Answers } from '../options/answers.js';
import { overlaySource, overlayTitle } from '../options/overlay.js';
import {
  compiledOverlay,
  fingerprintOf,
  overlayPath,
  readOverlay,
  type ReadOverlay,
} from '../project/load-overlay.js';
import type { Overlay } from '../project/plan/lay-over.js';
import {
  overlayFolder,
  overlayManifest,
  readOverlayText,
  type OverlayText,
  type RawFile,
} from '../project/plan/overlay.js';
import { fieldsOf, gitBytes, tryGit } from './git.js';
import { splitOnce } from './scratch.js';

/** The overlays of both sides of a merge. */
export interface Overlays {
  /** As it was when the project was made. */
  base: OverlayText | undefined;
  theirs: Overlay | undefined;
  /** The new answer as a record has it. */
  recorded: string | undefined;
  warnings: string[];
}

interface Wanted {
  /** The recorded answer. */
  old: unknown;
  /** What was typed; empty for none. */
  typed: Answers['overlay'];
  /** Absolute path of the project. */
  project: string;
  templates: Templates;
  cancel: AbortSignal;
}

/** How many commits of an overlay's folder are looked through. */
const mostCommits = 500;

/** The modes of plain files in git. */
const plainFile = /^100(644|755) blob ([0-9a-f]+)$/;

function textAt(folder: string, commit: string): OverlayText | undefined {
  const list = ['ls-tree', '-r', '-z', commit, '--', overlayFolder, overlayManifest];
  const entries = fieldsOf(gitBytes({ cwd: folder }, list)).map((line) => splitOnce(line, '\t'));
  const oids = entries.map(([meta]) => plainFile.exec(meta)?.[2]);
  try {
    const raw = entries.map(([, path], index): RawFile => {
      const oid = oids[index] ?? '';
      return { path, bytes: gitBytes({ cwd: folder }, ['cat-file', 'blob', oid]) };
    });
    return readOverlayText(folder, raw);
  } catch {
    // It has links, or breaks a rule: no project was made from it.
    return undefined;
  }
}

/** @returns a folder's contents with this fingerprint, as git remembers them */
function remembered(folder: string, fingerprint: string): OverlayText | undefined {
  const log = ['log', '--format=%H', `--max-count=${mostCommits}`, '--', '.'];
  const { code, stdout } = tryGit({ cwd: folder }, log);
  const commits =
    code === 0
      ? stdout
          .toString()
          .split('\n')
          .filter((line) => line !== '')
      : [];
  for (const commit of commits) {
    const text = textAt(folder, commit);
    if (text !== undefined && fingerprintOf(text) === fingerprint) {
      return text;
    }
  }
  return undefined;
}

/** @returns the contents of a folder with this fingerprint: as they are, or as git remembers them */
async function findText(answer: string, fingerprint: string, project: string) {
  const now = (await readOverlay(answer, { cwd: project })).text;
  const folder = overlayPath(overlayTitle(answer), project);
  const found = fingerprintOf(now) === fingerprint ? now : remembered(folder, fingerprint);
  return { now, found };
}

/** The overlay that the project was made with. A folder may have moved to where it is typed now. */
async function baseOf({ old, typed = '', project, cancel }: Wanted) {
  if (typeof old !== 'string') {
    return { base: undefined, warnings: [] };
  }
  const source = overlaySource(old);
  if (source.kind === 'package') {
    return { base: (await readOverlay(old, { cwd: project, cancel })).text, warnings: [] };
  }
  const isThere = existsSync(overlayPath(source.path, project));
  const isTyped = typed !== '' && overlaySource(typed).kind === 'folder';
  const answer = !isThere && isTyped ? typed : old;
  const { now, found } = await findText(answer, source.fingerprint ?? '', project);
  const lost = `git does not have the overlay ${source.path} as it was: its changes since are left out.`;
  return { base: found ?? now, warnings: found === undefined ? [lost] : [] };
}

/** A recorded package is followed within its major version; what is typed counts as it is. */
function wantedOverlay({ old, typed, project, cancel }: Wanted): Promise<ReadOverlay> | undefined {
  const answer = typed ?? old;
  if (typeof answer !== 'string' || answer === '') {
    return undefined;
  }
  const source = overlaySource(answer);
  const isFollowed =
    typed === undefined && source.kind === 'package' && isExactVersion(source.version ?? '');
  return readOverlay(answer, { cwd: project, cancel, ...(isFollowed && { range: '^' }) });
}

/**
 * Reads the overlay with which a project was made, and the one that it is to have.
 * @throws UserError for one that cannot be had, or that breaks a rule
 */
export async function readOverlays(wanted: Wanted): Promise<Overlays> {
  const { base, warnings } = await baseOf(wanted);
  const read = await wantedOverlay(wanted);
  return {
    base,
    theirs: read === undefined ? undefined : await compiledOverlay(read, wanted.templates),
    recorded: read?.recordedFor(wanted.project),
    warnings,
  };
}
