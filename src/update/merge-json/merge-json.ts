import { type Document, readDocument } from './document.js';
import { mergeValue } from './merge.js';
import { type Report, type Rule, type Sides, sidesOf } from './outcome.js';
import { packageRules } from './package-json.js';
import { rendered } from './render.js';

export type { Conflict, Kept } from './outcome.js';

/** A merged file: never with markers, so that it can be read, with what its owner has to decide. */
export interface Merged extends Report {
  text: string;
}

interface Kind {
  /** Whether the file may have comments and trailing commas. */
  comments: boolean;
  rule: (files: Sides<Document>, report: Report) => Rule;
}

function merge(texts: Sides<string>, { comments, rule }: Kind): Merged | undefined {
  const report: Report = { kept: [], conflicts: [] };
  if (texts.base === texts.theirs) {
    return { text: texts.ours, ...report };
  }
  const { base, ours, theirs } = sidesOf(texts, (text) => readDocument(text, comments));
  if (base === undefined || ours === undefined || theirs === undefined) {
    return texts.base === texts.ours ? { text: texts.theirs, ...report } : undefined;
  }
  const files = { base, ours, theirs };
  const roots = sidesOf(files, ({ root }) => root);
  const outcome = mergeValue([], roots, report, rule(files, report));
  const text = rendered(ours, outcome, theirs);
  if (readDocument(text, comments) === undefined) {
    throw new Error('The merged JSON cannot be read.');
  }
  return { text, ...report };
}

/**
 * Merges a JSON file by its structure, in three ways: what a version rendered before, what the
 * owner has, and what a version renders now. Comments and trailing commas are allowed.
 *
 * @returns the owner's text with the changes of the new version, or `undefined` if one of the texts
 *   is no JSON: then the whole file is a conflict
 */
export function mergeJson(texts: Sides<string>): Merged | undefined {
  return merge(texts, { comments: true, rule: () => () => undefined });
}

/**
 * Merges a package.json like other JSON, with what npm's versions and groups of dependencies mean.
 *
 * @returns as `mergeJson` does
 */
export function mergePackageJson(texts: Sides<string>): Merged | undefined {
  return merge(texts, {
    comments: false,
    rule: (files, report) =>
      packageRules(
        sidesOf(files, ({ root }) => root),
        report,
      ),
  });
}
