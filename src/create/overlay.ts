import { resolve } from 'node:path';
import type { Answers } from '../options/answers.js';
import { placesOf } from '../options/features.js';
import { overlayWarnings, type Overlay } from '../project/plan/lay-over.js';
import { loadTemplates } from '../project/templates.js';
import type { Ui } from '../io/ui.js';

/** An overlay that was checked. */
export interface Laid {
  overlay: Overlay;
  /** @returns the answer in the record of a project in this folder */
  recordedFor: (directory: string) => string;
  warnings: string[];
}

interface Reading {
  ui: Ui;
  cancel: AbortSignal;
}

/**
 * Reads the overlay of a run; most runs have none, and load nothing for it.
 * @throws UserError for one that cannot be had, or that breaks a rule; nothing was written then
 */
export async function overlayFor(
  answers: Answers,
  { ui, cancel }: Reading,
): Promise<Laid | undefined> {
  if (answers.overlay === undefined || answers.overlay === '') {
    return undefined;
  }
  ui.doing(`Reading the overlay ${answers.overlay}`);
  try {
    const { compiledOverlay, readOverlay } = await import('../project/load-overlay.js');
    const templates = loadTemplates();
    const read = await readOverlay(answers.overlay, { cwd: process.cwd(), cancel });
    const overlay = await compiledOverlay(read, templates);
    const places = templates.files.flatMap(({ path }) => placesOf(path));
    return { ...read, overlay, warnings: overlayWarnings(overlay, answers, places) };
  } finally {
    ui.clear();
  }
}

/** @returns the answers as a record has them: an overlay with its version */
export function withVersion(answers: Answers, laid: Laid | undefined): Answers {
  return laid === undefined
    ? answers
    : { ...answers, overlay: laid.recordedFor(resolve(answers.directory)) };
}
