/** A folder above a project. */
export interface Outer {
  /** Its absolute path. */
  folder: string;
  /** The path from it to the project, with `/`. */
  inside: string;
}

/** Where a project lies, as its package manager and git see it. */
export interface Place {
  /** The workspace that lists the project: it holds the lockfile and the settings. */
  workspace?: Outer;
  /** Whether that workspace has no `node_modules`, but Yarn's Plug'n'Play. */
  plugAndPlay?: boolean;
  /** The workspace of another package manager that lists the project, and that manager. */
  otherWorkspace?: Outer & { manager: string };
  /** Whether a package above does not list the project. Yarn 4 would take it for the project's root. */
  belowPackage?: boolean;
  /** The git repository around the project. */
  repository?: Outer;
  /** Why git cannot tell whether there is one. */
  unknownRepository?: string;
}

/** @returns the folder that holds the lockfile */
export function lockfileFolder({ workspace }: Place, directory: string): string {
  return workspace?.folder ?? directory;
}

/** @returns the path from the project to a folder above it: `../..` */
export function pathUp({ inside }: Outer): string {
  return inside.replaceAll(/[^/]+/g, '..');
}
