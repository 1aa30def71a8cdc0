/** A piece of a template: text, a value, or lines under a condition. */
export type Segment = string | { value: string } | { if: string; on: Segment[]; off: Segment[] };

export interface TemplateFile {
  /** Path in the project, with `/`. */
  path: string;
  /** The language of the file; without it the file is part of both. */
  language?: 'ts' | 'js';
  segments: Segment[];
}

/** The things of the templates that a project has only with one of their owners. */
export interface Owned {
  /** Paths of files. */
  files?: string[];
  /** Files that stand at another path in the project. */
  moved?: Record<string, string>;
  packages?: string[];
  scripts?: string[];
  /** Other keys of package.json. */
  adds?: Record<string, unknown>;
  /** Scripts that stand under another name in the project. */
  renamed?: Record<string, string>;
  /** Scripts that read differently in the project. */
  commands?: Record<string, string>;
}

/** All templates as the build makes them. */
export interface Templates {
  files: TemplateFile[];
}
