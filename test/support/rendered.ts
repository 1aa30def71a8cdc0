import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answers } from '../../src/options/answers.js';
import type { Templates } from '../../src/core/template-types.js';
import { renderProject, type PlannedFile } from '../../src/project/plan/project.js';
import { standardPaths } from '../../src/project/plan/template-values.js';
import { root } from './cli.js';

/** The templates as the build before these tests has compiled them. */
export const templates: Templates = JSON.parse(
  readFileSync(join(root, 'dist/templates.json'), 'utf8'),
);

/** @returns the files of a project named "chat" */
export function rendered(answers: Answers, from: Templates = templates): PlannedFile[] {
  const paths = {
    keyFile: answers.keyFile ?? standardPaths.keyFile,
    certFile: answers.certFile ?? standardPaths.certFile,
    caFile: answers.caFile ?? standardPaths.caFile,
  };
  return renderProject({ name: 'chat', answers, version: '1.2.3', templates: from, paths });
}

/** @returns the text of an existing file of the project */
export function fileOf(files: PlannedFile[], path: string): string {
  const file = files.find((each) => each.path === path);
  if (file === undefined) {
    throw new Error(`${path} is not in the project.`);
  }
  return file.contents;
}
