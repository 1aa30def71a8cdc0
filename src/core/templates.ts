/** A piece of a template: text as it is, a value, or lines that stand under a condition. */
export type Segment = string | { value: string } | { if: string; on: Segment[]; off: Segment[] };

export interface TemplateFile {
  /** Path in the project, with `/`. */
  path: string;
  /** The language that the file belongs to; without it the file stands in both. */
  language?: 'ts' | 'js';
  segments: Segment[];
}

/** All templates as the build makes them. */
export interface Templates {
  files: TemplateFile[];
}
