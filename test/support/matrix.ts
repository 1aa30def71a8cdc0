import assert from 'node:assert/strict';
import { join } from 'node:path';
import { flagOf } from '../../src/options/options.js';
import type { Choice } from './choices.js';
import { nodeFolder, pathWith } from './nodes.js';
import { create, script, succeed, tryService, type Project } from './project.js';
import { sandbox, type Environment, type Sandbox } from './sandbox.js';
import { managerFolder } from './tools.js';
import { isProxied, moveProxy } from './ways.js';

/** The caches that the projects of a run share. */
export interface Workshop {
  caches: Sandbox;
  /** Lets only one install at a time use the caches, since Yarn 1 would damage them. */
  inTurn: <T>(install: () => Promise<T>) => Promise<T>;
  remove: () => Promise<void>;
}

/** @returns a workshop; call `remove` at the end */
export function openWorkshop(): Workshop {
  const caches = sandbox();
  const state: { last: Promise<unknown> } = { last: Promise.resolve() };
  const inTurn = <T>(install: () => Promise<T>): Promise<T> => {
    const turn = state.last.then(install);
    state.last = turn.catch(() => undefined);
    return turn;
  };
  return { caches, inTurn, remove: caches.remove };
}

/** The PATH of a developer who has installed this Node.js and this package manager. */
function pathFor({ node, manager }: Choice): string {
  const folders = [nodeFolder(node), managerFolder(manager)];
  return pathWith(folders.filter((folder) => folder !== undefined));
}

/** @returns the variables that make package managers use this cache */
export function cachesIn({ folder }: Sandbox): Environment {
  return {
    npm_config_cache: join(folder, 'npm'),
    npm_config_prefer_offline: 'true',
    pnpm_config_store_dir: join(folder, 'pnpm/store'),
    pnpm_config_cache_dir: join(folder, 'pnpm/cache'),
    YARN_CACHE_FOLDER: join(folder, 'yarn'),
    BUN_INSTALL_CACHE_DIR: join(folder, 'bun'),
  };
}

/** Renders and installs the chosen project, with its Node.js and package manager. */
async function build(choice: Choice, place: Sandbox, workshop: Workshop): Promise<Project> {
  const { way, language, manager, node } = choice;
  const env = { PATH: pathFor(choice), ...cachesIn(workshop.caches) };
  const program = join(nodeFolder(node), 'node');
  const wanted = { way, language, manager, env, program, sandbox: place };
  const words = ['--verify', ...choice.extras.map(flagOf)];
  return workshop.inTurn(() => create({ ...wanted, flags: words }));
}

interface Effort {
  /** Whether the project's own tests run. They take more than half of the time. */
  tests?: boolean;
  /** Additional expectations, before the project is removed. */
  more?: (project: Project) => Promise<void>;
}

/** Checks what an installed project promises to its owner. */
async function expectProject(project: Project, tests: boolean): Promise<void> {
  await script(project, 'lint');
  if (tests) {
    // This reporter repeats the failures at the end.
    const env = { ...project.env, NODE_OPTIONS: '--test-reporter=spec' };
    await script({ ...project, env }, 'test');
  }
  if (project.language === 'ts') {
    await script(project, 'check');
    await script(project, 'build');
  }
  await tryService(project, 'dev');
  await tryService(project, 'start');
}

/**
 * Creates the chosen project, runs its own lint, test, check and build scripts, and connects to it,
 * in development and in production.
 *
 * @throws {Error} if anything fails, with the output of the program
 */
export async function tryChoice(
  choice: Choice,
  workshop: Workshop,
  { tests = true, more = async () => undefined }: Effort = {},
): Promise<void> {
  const place = sandbox();
  try {
    const project = await build(choice, place, workshop);
    const version = await succeed(project, ['node', '--version']);
    assert.equal(Number(/^v(\d+)/.exec(version)?.[1]), choice.node);
    if (isProxied(project)) {
      moveProxy(project);
    }
    await expectProject(project, tests);
    await more(project);
  } finally {
    await place.remove();
  }
}
