import { UserError } from '../core/errors.js';
import type { Templates } from '../core/template-types.js';
import type { Place } from '../core/place.js';
import type { OverlayText } from './plan/overlay.js';
import { isProjectName } from './plan/project-name.js';
import { renderProject, type Project } from './plan/project.js';
import { completeRecord } from './recorded.js';
import { standardPaths } from './plan/template-values.js';

/** The version of the two documents: a promise to every later version of this package. */
export const renderVersion = 1;

/** What a project is rendered from: the document on stdin. */
export interface RenderRequest {
  render: number;
  name: string;
  /** As in the record of a project. */
  answers: object;
  /** The path to the project from the root of the workspace that lists it, and from its repository. */
  workspace?: string;
  repository?: string;
  /** A package above does not list it. */
  belowPackage?: boolean;
  /** The overlay that the answers name. */
  overlay?: OverlayText;
}

/** A rendered file. */
export interface RenderedFile {
  path: string;
  /** Permission bits in octal. */
  mode: string;
  encoding: 'utf8';
  contents: string;
}

/** The document on stdout. */
export interface RenderAnswer {
  render: typeof renderVersion;
  version: string;
  files: RenderedFile[];
  warnings: string[];
}

function refuse(message: string, fix: string): UserError {
  return new UserError(message, fix, { code: 'invalid-value', stage: 'answers' });
}

const kinds: Record<string, string> = {
  render: 'number',
  name: 'string',
  answers: 'object',
  workspace: 'string',
  repository: 'string',
  belowPackage: 'boolean',
  overlay: 'object',
};

function isRequest(document: object): document is RenderRequest {
  const entries = Object.entries(document);
  const needed = ['render', 'name', 'answers'];
  return (
    needed.every((key) => key in document) &&
    entries.every(([key, value]) => typeof value === kinds[key] && value !== null) &&
    (!('overlay' in document) || isOverlay(document.overlay))
  );
}

function isOverlay(value: unknown): value is OverlayText {
  const { files, removes }: Record<string, unknown> = Object(value);
  return (
    Array.isArray(files) &&
    files.every((file) => typeof file?.path === 'string' && typeof file.contents === 'string') &&
    Array.isArray(removes) &&
    removes.every((path) => typeof path === 'string')
  );
}

/** Compiles the overlay of a document; Handlebars is only loaded for that. */
async function overlayOf({ overlay }: RenderRequest, name: string | undefined, ours: Templates) {
  if (name !== undefined && overlay === undefined) {
    throw refuse('The document lacks the overlay of its answers.', 'Add "overlay".');
  }
  if (overlay === undefined) {
    return undefined;
  }
  const { compileOverlay } = await import('./compile/overlay.js');
  return compileOverlay(name ?? 'overlay', overlay, ours);
}

/** @throws UserError for another document, or for a version that this package does not know */
function read(text: string): RenderRequest {
  const document: unknown = JSON.parse(text);
  if (typeof document !== 'object' || document === null || !isRequest(document)) {
    const keys = Object.keys(kinds).join(', ');
    throw refuse('The document on stdin is not one to render.', `Its keys are ${keys}.`);
  }
  if (!('render' in document) || document.render !== renderVersion) {
    throw refuse('The document has another version.', `Set "render" to ${renderVersion}.`);
  }
  if (!isProjectName(document.name)) {
    throw refuse(`"${document.name}" is no name of a project.`, 'Use the name in its record.');
  }
  return document;
}

/** For the files of a project, only the paths to it matter. */
function placeOf({ workspace, repository, belowPackage = false }: RenderRequest): Place {
  return {
    ...(workspace !== undefined && { workspace: { folder: '', inside: workspace } }),
    ...(repository !== undefined && { repository: { folder: '', inside: repository } }),
    belowPackage,
  };
}

/**
 * Renders the files of a project that git may contain: without `.env`.
 * @param project its PEM files do not matter
 */
export function renderFiles(project: Omit<Project, 'paths'>): RenderedFile[] {
  return renderProject({ ...project, paths: standardPaths })
    .filter(({ path }) => path !== '.env')
    .map(({ path, mode, contents }) => ({
      path,
      mode: `0${mode.toString(8)}`,
      encoding: 'utf8' as const,
      contents,
    }));
}

/**
 * Renders a project from its record, for `update` of this version and of all later ones.
 * @param text the JSON document on stdin
 * @throws UserError for a document that cannot be rendered
 */
export async function renderDocument(
  text: string,
  version: string,
  templates: Templates,
): Promise<RenderAnswer> {
  const wanted = read(text);
  const answers = { ...completeRecord(wanted.answers, '.'), place: placeOf(wanted) };
  const overlay = await overlayOf(wanted, answers.overlay, templates);
  const files = renderFiles({ name: wanted.name, answers, version, templates, overlay });
  return { render: renderVersion, version, files, warnings: [] };
}
