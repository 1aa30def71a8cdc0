import type { Answers } from '../../src/options/answers.js';
import { compileOverlay } from '../../src/project/compile/overlay.js';
import { readOverlayText, type RawFile } from '../../src/project/plan/overlay.js';
import { renderProject, type PlannedFile } from '../../src/project/plan/project.js';
import { standardPaths } from '../../src/project/plan/template-values.js';
import { templates } from './rendered.js';

/** The files of an overlay by their paths in it: text, or bytes. */
export type OverlayFiles = Record<string, string | Uint8Array>;

function rawOf(files: OverlayFiles): RawFile[] {
  return Object.entries(files).map(([path, contents]) => ({ path, bytes: Buffer.from(contents) }));
}

/** @returns the files of a project, by path, with an overlay; throws as the run would */
export function laidOver(
  answers: Answers,
  files: OverlayFiles,
  name = 'chat',
): Map<string, PlannedFile> {
  const overlay = compileOverlay('./team', readOverlayText('./team', rawOf(files)), templates);
  const project = { name, answers, version: '1.2.3', templates, overlay, paths: standardPaths };
  return new Map(renderProject(project).map((file) => [file.path, file]));
}
