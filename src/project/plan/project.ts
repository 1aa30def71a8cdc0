import { nowhere, type Answers } from '../../options/answers.js';
import { features, isKept, placeOf, type Placed } from '../../options/features.js';
import { packageManagers } from '../../options/package-managers.js';
import { options, type Option } from '../../options/options.js';
import { recordPath } from '../../core/paths.js';
import { render, type RenderContext } from '../../core/render.js';
import type { TemplateFile, Templates } from '../../core/template-types.js';
import { layOver, mergePackageJson, renderLaid, type Overlay } from './lay-over.js';
import { packageJson } from './package-json.js';
import { templateValues, standardPaths, type PemPaths } from './template-values.js';

/** A file of the project, as it will be on disk. */
export interface PlannedFile {
  /** Relative to the project, with `/`. */
  path: string;
  contents: string;
  /** Permission bits. */
  mode: number;
  /** Only the first contents are planned: a package manager changes the file later. */
  changes?: true;
}

export interface Project {
  name: string;
  answers: Placed;
  /** The version of this package. */
  version: string;
  templates: Templates;
  /** Laid over the templates. */
  overlay?: Overlay | undefined;
  /** PEM files of this machine; only `.env` contains them. */
  paths: PemPaths;
  /** Signs tokens for development; only `.env` contains it. */
  authSecret?: string | undefined;
}

const publicMode = 0o644;
const programMode = 0o755;
const privateMode = 0o600;

type Private = Pick<Project, 'paths' | 'authSecret'>;

function contextFor({ name, answers }: Project, own: Private): RenderContext {
  const flags = Object.fromEntries(features.map((feature) => [feature.name, feature.on(answers)]));
  return {
    flags,
    values: templateValues({ name, answers, paths: own.paths, authSecret: own.authSecret }),
  };
}

/** Whether an answer follows from the others, so that it changes with them. */
function isDerived({ name, derived, default: given }: Option, answers: Answers): boolean {
  const value = derived === true && typeof given === 'function' ? given(answers, nowhere) : given;
  return derived === true && String(value) === String(answers[name]);
}

/**
 * The record: an answers file with the version and the name, and without anything specific to a machine, a
 * run or a time.
 */
function recordFile({ name, version, answers }: Project): PlannedFile {
  const rows = options.filter(
    (row) => row.recorded && answers[row.name] !== '' && !isDerived(row, answers),
  );
  const recorded = Object.fromEntries(rows.map((row) => [row.name, answers[row.name]]));
  const contents = `${JSON.stringify({ version, name, answers: recorded }, null, 2)}\n`;
  return { path: recordPath, contents, mode: publicMode };
}

/** The same on systems that have no permission bits. */
function modeOf(text: string): number {
  return text.startsWith('#!') ? programMode : publicMode;
}

/** `.env` has the same settings as `.env.example`, with the paths and the secret of this machine. */
function envFile(example: TemplateFile, project: Project): PlannedFile {
  const contents = render(example, contextFor(project, project));
  return { path: '.env', contents, mode: privateMode };
}

/** An empty lockfile makes the project a root of its own below another package. */
function lockfileOf({ packageManager, place }: Placed): PlannedFile[] {
  const { looksAbove, lockfile } = packageManagers[packageManager];
  return looksAbove === true && place?.belowPackage === true
    ? [{ path: lockfile, contents: '', mode: publicMode, changes: true }]
    : [];
}

/** The path under which features own a template: JavaScript belongs to its TypeScript source. */
function ownedPath({ path, language }: TemplateFile): string {
  return language === 'js' ? path.replace(/\.js$/, '.ts') : path;
}

/** @returns the templates of a project, each with the path of its file */
export function templatesFor(answers: Placed, { files }: Templates) {
  return files
    .filter(
      (template) =>
        (template.language ?? answers.language) === answers.language &&
        isKept('files', ownedPath(template), answers),
    )
    .map((template) => ({ template, place: placeOf(template.path, answers) }));
}

/**
 * Renders a project in memory. Only reads its arguments, so that `update` can render old answers.
 * @returns the files, sorted by path; the same answers give the same bytes on every system
 */
export function renderProject(project: Project): PlannedFile[] {
  const { answers, name } = project;
  const context = contextFor(project, { paths: standardPaths });
  const ours = templatesFor(answers, project.templates);
  const laid = project.overlay?.files ?? [];
  const templates = project.overlay === undefined ? ours : layOver(ours, project.overlay, answers);
  const patch = laid.find(({ path }) => path === 'package.json')?.segments.join('');
  const files = templates.map(({ template, place }): PlannedFile => {
    const text = (laid.includes(template) ? renderLaid : render)(template, context);
    if (template.path !== 'package.json') {
      return { path: place, contents: text, mode: modeOf(text) };
    }
    const own = packageJson(text, name, answers);
    const contents = patch === undefined ? own : mergePackageJson(own, patch, answers);
    return { path: place, contents, mode: publicMode };
  });
  const example = templates.find(({ place }) => place === '.env.example');
  const made = example === undefined ? [] : [envFile(example.template, project)];
  const all = [...files, ...made, ...lockfileOf(answers), recordFile(project)];
  return all.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
