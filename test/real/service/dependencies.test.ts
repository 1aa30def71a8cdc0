import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageManagers, type PackageManager } from '../../../src/options/package-managers.js';
import { cachesIn, openWorkshop } from '../../support/matrix.js';
import { allMajors, hasBinaries, nodeFolder, pathWith } from '../../support/nodes.js';
import { create, script, succeed, type Project } from '../../support/project.js';
import { sampleOf } from '../../support/sample.js';
import { sandbox, type Environment, type Sandbox } from '../../support/sandbox.js';
import { managerFolder, toolFolder } from '../../support/tools.js';
import { lowestNode, takeLowest, type Versions } from '../../support/versions.js';

type Node = number | string;
type Language = 'ts' | 'js';

/** The lowest Node.js version that projects support, and the newest of each release. */
const nodes: Node[] = [lowestNode(), ...allMajors];

const workshop = openWorkshop();
afterAll(() => workshop.remove());

interface Wanted {
  place: Sandbox;
  language: Language;
  manager?: PackageManager;
}

/** Renders a project with every possible package, without installing it. */
function render({ place, language, manager = 'npm' }: Wanted): Promise<Project> {
  return create({
    sandbox: place,
    way: 'insecure',
    language,
    manager,
    flags: ['--redis', '--no-install', '--no-git'],
    env: cachesIn(workshop.caches),
  });
}

/** @returns the project on a machine where these programs are installed */
function withPrograms(project: Project, folders: (string | undefined)[]): Project {
  const PATH = pathWith(folders.filter((folder) => folder !== undefined));
  return { ...project, env: { ...project.env, PATH } };
}

function withEnvironment(project: Project, env: Environment): Project {
  return { ...project, env: { ...project.env, ...env } };
}

/** @returns this many Node.js versions at random, and one always */
function drawn(size: number, always?: Node): Node[] {
  const sample = sampleOf(nodes, size);
  return nodes.filter((node) => node === always || sample.includes(node));
}

/** Which Node.js versions run the tests of which install. */
const installs: [Language, Versions, Node[]][] = [
  ['ts', 'newest', drawn(0, nodes.at(-1))],
  ['ts', 'lowest', drawn(0, nodes[0])],
  ['js', 'lowest', drawn(0)],
  // real/service/service.test.ts also creates projects in both languages with the newest versions.
  ['js', 'newest', drawn(0)],
];
const tried = installs.filter(([, , on]) => on.length > 0);

async function install(language: Language, versions: Versions, place: Sandbox): Promise<Project> {
  const project = await render({ place, language });
  if (versions === 'lowest') {
    takeLowest(project.folder);
  }
  await succeed(project, packageManagers.npm.install);
  return project;
}

describe.runIf(hasBinaries).each(tried)(
  'a project in %s with the %s allowed versions',
  (language, versions, on) => {
    const place = sandbox();
    afterAll(() => place.remove());
    const state: { project?: Promise<Project> } = {};
    const installed = (): Promise<Project> =>
      (state.project ??= install(language, versions, place));

    it('installs, and passes its checks', async () => {
      const project = await installed();
      await script(project, 'lint');
      if (language === 'ts') {
        await script(project, 'check');
        await script(project, 'build');
      }
    });

    it.each(on)('passes its tests on Node %s', async (node) => {
      const project = withPrograms(await installed(), [nodeFolder(node)]);
      expect(await succeed(project, ['node', '--version'])).toMatch(new RegExp(`^v${node}\\b`));
      // This reporter repeats the failures at the end.
      await script(withEnvironment(project, { NODE_OPTIONS: '--test-reporter=spec' }), 'test');
    });
  },
);

interface Locking {
  /** Creates the lockfile. */
  lock: string[];
  /** Installs from the lockfile, or finds out that this is refused. */
  obey: string[];
  /** The first one creates the lockfile. */
  on: Node[];
}

// Yarn 1 is always strict. Yarn 4 and Bun never check the engines of packages.
const strict = { npm_config_engine_strict: 'true', pnpm_config_engine_strict: 'true' };
const { npm, pnpm, yarn } = packageManagers;
const locking: Record<'npm' | 'pnpm' | 'yarn', Locking> = {
  // On an older Node.js, npm selects older versions by itself.
  npm: {
    lock: [...npm.install, '--package-lock-only'],
    obey: [...npm.frozen, '--dry-run'],
    on: nodes.toReversed(),
  },
  pnpm: { lock: [...pnpm.install, '--lockfile-only'], obey: pnpm.frozen, on: nodes.toReversed() },
  // It is slow, and real/service/service.test.ts uses it on each release.
  yarn: { lock: yarn.install, obey: yarn.frozen, on: nodes.slice(0, 1) },
};

describe.runIf(hasBinaries).each(sampleOf(['npm', 'pnpm', 'yarn'] as const, 2))(
  '%s, with strict engines',
  (manager) => {
    const place = sandbox();
    afterAll(() => place.remove());

    it('installs on each Node.js from the lockfile of the newest', async () => {
      const { lock, obey, on } = locking[manager];
      const made = withEnvironment(await render({ place, language: 'ts', manager }), strict);
      for (const [index, node] of on.entries()) {
        const project = withPrograms(made, [nodeFolder(node), managerFolder(manager)]);
        expect(await succeed(project, index === 0 ? lock : obey)).not.toMatch(/engine/i);
        rmSync(join(made.folder, 'node_modules'), { recursive: true, force: true });
      }
    });
  },
);

interface Aged {
  env?: Environment;
  command: string[];
}

/** Resolves a project with only versions that are at least this many days old. */
const aged: Record<'npm' | 'pnpm' | 'bun', (days: number) => Aged> = {
  npm: (days) => ({
    env: { npm_config_min_release_age: String(days) },
    command: [...npm.install, '--package-lock-only'],
  }),
  pnpm: (days) => ({
    env: { pnpm_config_minimum_release_age: String(days * 24 * 60) },
    command: [...pnpm.install, '--lockfile-only'],
  }),
  bun: (days) => ({
    command: ['bun', 'install', '--lockfile-only', `--minimum-release-age=${days * 24 * 60 * 60}`],
  }),
};

/** npm supports the minimum age from 11.10 on, which not every Node.js includes. */
function programsOf(manager: PackageManager): string | undefined {
  return manager === 'npm'
    ? join(toolFolder('managers/npm', 'npm@11'), 'node_modules/.bin')
    : managerFolder(manager);
}

describe.each(['npm', 'pnpm', 'bun'] as const)('%s with a minimum release age', (manager) => {
  const place = sandbox();
  afterAll(() => place.remove());

  it('of 14 days finds every package, and of 30 years finds none', async () => {
    const made = await render({ place, language: 'ts', manager });
    const project = withPrograms(made, [programsOf(manager)]);
    const resolve = (days: number): Promise<string> => {
      const { env = {}, command } = aged[manager](days);
      return succeed(withEnvironment(project, env), command);
    };
    await expect(resolve(30 * 365)).rejects.toThrow(/ENOVERSIONS|NO_MATURE|failed to resolve/);
    await resolve(14);
  });
});
