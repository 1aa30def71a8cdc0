/** A piece of a template: text, a value, or lines under a condition. */
export type Segment = string | { value: string } | { if: string; on: Segment[]; off: Segment[] };

export interface TemplateFile {
  /** Path in the project, with `/`. */
  path: string;
  /** The language of the file; without it the file is part of both. */
  language?: 'ts' | 'js';
  segments: Segment[];
}

/** All templates, as built. */
export interface Templates {
  files: TemplateFile[];
}
