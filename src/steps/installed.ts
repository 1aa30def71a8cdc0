import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { findUpwards } from '../io/environment.js';

interface Manifest {
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  bin?: string | Record<string, string>;
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'));
}

interface PlugAndPlay {
  resolveToUnqualified: (name: string, from: string) => string | null;
}

/** Whether Yarn's Plug'n'Play, which has no `node_modules`, knows a package of the project. */
function isPluggedIn(name: string, directory: string, pnp: string): boolean {
  try {
    const { resolveToUnqualified }: PlugAndPlay = createRequire(pnp)(pnp);
    return resolveToUnqualified(name, `${directory}/`) !== null;
  } catch {
    // Its error says that the project does not have the package.
    return false;
  }
}

/** The names of a package's programs. */
function programsOf(name: string, { bin = {} }: Manifest): string[] {
  return typeof bin === 'string' ? [name.replace(/^@.*\//, '')] : Object.keys(bin);
}

/** Windows starts programs of packages by scripts. */
const endings = ['', '.cmd', '.exe'];

interface Needed {
  name: string;
  directory: string;
  /** The last folder above in which packages are looked for. */
  top: string;
  /** The first words of the project's scripts. */
  words: string[];
}

/** What a package lacks: itself, or a program that a script starts. */
function lackOf({ name, directory, words, top }: Needed): string[] {
  const manifest = findUpwards(directory, [`node_modules/${name}/package.json`], top);
  if (manifest === undefined) {
    const pnp = findUpwards(directory, ['.pnp.cjs'], top);
    return pnp !== undefined && isPluggedIn(name, directory, pnp) ? [] : [name];
  }
  const programs = programsOf(name, readManifest(manifest)).filter((each) => words.includes(each));
  return programs.filter((program) => {
    const paths = endings.map((ending) => `node_modules/.bin/${program}${ending}`);
    // Yarn 4 starts programs without such a folder.
    return findUpwards(directory, [...paths, 'node_modules/.yarn-state.yml'], top) === undefined;
  });
}

/**
 * @param top the folder that holds the lockfile: the project's, or that of its workspace
 * @returns the packages of a project that are not installed, and programs that its scripts lack
 */
export function missingPackages(directory: string, top: string): string[] {
  const {
    scripts = {},
    dependencies,
    devDependencies,
  } = readManifest(join(directory, 'package.json'));
  const words = Object.values(scripts).map((line) => line.split(' ')[0] ?? '');
  const names = Object.keys({ ...dependencies, ...devDependencies });
  return names.flatMap((name) => lackOf({ name, directory, top, words }));
}
