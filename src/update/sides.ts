import type { RenderedFile, RenderRequest } from '../project/document.js';
import { renderDocument, renderFiles, renderVersion } from '../project/document.js';
import { loadTemplates } from '../project/templates.js';
import type { Place } from '../core/place.js';
import type { Answers } from '../options/answers.js';
import { movesSince } from './migrations.js';
import type { TreeEntry } from './scratch.js';
import { renderOld } from './old-version.js';
import type { Recorded } from './record.js';

/** A file of a project as it is rendered. */
export interface SideFile {
  contents: string;
  /** As in git: `100644` or `100755`. */
  mode: string;
}

/** The files of one side of the merge, by their paths in the project. */
export type Side = Map<string, SideFile>;

/** A committed file of the project. */
export interface OwnFile extends TreeEntry {
  /** Its text; undefined if it is not UTF-8, or no merge needs it. */
  text: string | undefined;
  /** Whether the text is no longer the committed one. */
  changed?: true;
}

/** Base, the new version and the project. Paths are those in the project. */
export interface Triple {
  base: Side;
  theirs: Side;
  ours: Map<string, OwnFile>;
}

/** What a merge is made from, beside the project itself. */
export interface Sides {
  /** What the project's version rendered from the recorded answers. */
  base: Side;
  /** What this version renders from the new answers. */
  theirs: Side;
  /** Paths that differ between the two versions: the old one and the new one. */
  moves: Map<string, string>;
  /** What markers of conflicts call the new side; without spaces, since it may end up in a file name. */
  label: string;
}

function sideOf(files: RenderedFile[]): Side {
  return new Map(
    files.map(({ path, mode, contents, encoding }) => [
      path,
      { contents: Buffer.from(contents, encoding).toString(), mode: `10${mode}` },
    ]),
  );
}

function requestFor({ name, answers }: Recorded, place: Place): RenderRequest {
  const { workspace, repository, belowPackage } = place;
  return {
    render: renderVersion,
    name,
    answers,
    ...(workspace !== undefined && { workspace: workspace.inside }),
    ...(repository !== undefined && { repository: repository.inside }),
    ...(belowPackage !== undefined && { belowPackage }),
  };
}

interface Wanted {
  recorded: Recorded;
  answers: Answers;
  /** Where the project lies: for both versions the same. */
  place: Place;
  /** The version of this package. */
  version: string;
  /** The package of the recorded version, if the registry is not to be asked. */
  from: string | undefined;
  /** Absolute path of the project. */
  project: string;
}

/**
 * Renders what the project came from, and what it is to become.
 * @throws UserError if the recorded version cannot be had
 */
export async function renderSides(wanted: Wanted): Promise<Sides> {
  const { recorded, answers, place, version, from, project } = wanted;
  const templates = loadTemplates();
  const request = requestFor(recorded, place);
  const old =
    recorded.version === version
      ? renderDocument(JSON.stringify(request), version, templates)
      : await renderOld({ version: recorded.version, from, project }, request);
  const fresh = { name: recorded.name, answers: { ...answers, place }, version, templates };
  return {
    base: sideOf(old.files),
    theirs: sideOf(renderFiles(fresh)),
    moves: movesSince(recorded.version),
    label: `create-fastify-wss-${version}`,
  };
}
