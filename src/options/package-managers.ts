import type { Owned } from '../core/template-types.js';

/** A range of versions that do not work; `below` is the version to upgrade to. */
interface Unfit {
  from?: string;
  below: string;
  /** They only fail on a Node.js below this version. */
  node?: string;
}

/** What a package manager is called with, and what it brings. */
export interface Manager {
  /** What it is called in prose. */
  label: string;
  /** Runs a script: the script's name follows. */
  run: string[];
  install: string[];
  test: string[];
  start: string[];
  /** Runs a package's program without installing it: the package's name follows. */
  execute: string[];
  /** Files that a finished install creates, any one of them. */
  installed: string[];
  /** The arguments of `npm install --global` that add it to a machine with only Node.js. */
  added: string[];
  lockfile: string;
  /** Files that an install reads, for a Dockerfile; `*` marks optional files. */
  manifests: string[];
  /** Installs exactly what the lockfile says. */
  frozen: string[];
  /** A line for sh that removes development dependencies from `node_modules`. */
  prune: string;
  /** The majors of Node on which it installs the project. */
  nodes: number[];
  /** Versions that fail to install the project or to run its scripts, as measured. */
  unfit: Unfit[];
  /** Its packages in the npm registry, which say which version is installed. */
  packages: string[];
  /** Installs or upgrades it. */
  get: string[];
  /** What a project has only with it. */
  owns?: Owned;
}

const nodes = [20, 22, 24, 26];
const globally = ['npm', 'install', '--global'];

/**
 * The newest versions of these ask for Node.js 22, so an install with `engine-strict` fails on 20.
 * Those below work as well for what depends on them: light-my-request, a part of Fastify, and
 * pino-pretty. pnpm-workspace.yaml holds the same ranges.
 */
export const heldBack = { cookie: '^1.1.1', 'strip-json-comments': '~5.0.3' };

/** Keeps the names as types. */
function tableOf<Name extends string>(rows: Record<Name, Manager>): Record<Name, Manager> {
  return rows;
}

/** Every package manager. What the option offers and what tests combine follows from its row. */
export const packageManagers = tableOf({
  npm: {
    label: 'npm',
    run: ['npm', 'run'],
    install: ['npm', 'install'],
    test: ['npm', 'test'],
    start: ['npm', 'start'],
    execute: ['npx'],
    installed: ['node_modules/.package-lock.json'],
    added: ['npm@11'],
    lockfile: 'package-lock.json',
    manifests: ['package.json', 'package-lock.json*'],
    frozen: ['npm', 'ci'],
    prune: 'npm prune --omit=dev',
    nodes,
    // npm 6 works, and Node.js 20.19 and later include a later npm.
    unfit: [],
    packages: ['npm'],
    get: [...globally, 'npm@11'],
    owns: {
      adds: {
        overrides: {
          'light-my-request': { cookie: heldBack.cookie },
          'pino-pretty': { 'strip-json-comments': heldBack['strip-json-comments'] },
        },
      },
    },
  },
  pnpm: {
    label: 'pnpm',
    run: ['pnpm'],
    install: ['pnpm', 'install'],
    test: ['pnpm', 'test'],
    start: ['pnpm', 'start'],
    execute: ['pnpm', 'dlx'],
    installed: ['node_modules/.modules.yaml'],
    added: ['pnpm@12', '--allow-scripts=pnpm'],
    lockfile: 'pnpm-lock.yaml',
    manifests: ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml*'],
    frozen: ['pnpm', 'install', '--frozen-lockfile'],
    prune: 'pnpm prune --prod',
    nodes,
    // pnpm below 10.5 refuses a pnpm-workspace.yaml without packages; pnpm 11 refuses Node.js below 22.13.
    unfit: [{ below: '10.5' }, { from: '11', below: '12', node: '22.13' }],
    packages: ['pnpm'],
    get: [...globally, 'pnpm@12', '--allow-scripts=pnpm'],
    owns: { files: ['pnpm-workspace.yaml'] },
  },
  yarn: {
    label: 'Yarn',
    run: ['yarn'],
    install: ['yarn', 'install'],
    test: ['yarn', 'test'],
    start: ['yarn', 'start'],
    execute: ['npx'],
    installed: ['node_modules/.yarn-state.yml', 'node_modules/.yarn-integrity', '.pnp.cjs'],
    // corepack starts Yarn 1 and later versions.
    added: ['corepack@0'],
    lockfile: 'yarn.lock',
    manifests: ['package.json', '.yarnrc.yml*', 'yarn.lock*'],
    frozen: ['yarn', 'install', '--frozen-lockfile'],
    // The first command is for Yarn 1; later versions refuse it and run the second.
    prune: 'yarn install --production || yarn workspaces focus --production',
    nodes,
    // They only patch TypeScript before 7, and their Plug'n'Play does not start the tests.
    unfit: [{ from: '2', below: '4' }],
    packages: ['yarn', '@yarnpkg/cli-dist'],
    // --force replaces the program of an installed Yarn 1.
    get: [...globally, '--force', '@yarnpkg/cli-dist@4'],
    owns: {
      files: ['.yarnrc.yml'],
      adds: {
        resolutions: {
          // Yarn 1 and 4 name a package below a dependency of Fastify in different ways.
          cookie: heldBack.cookie,
          'pino-pretty/strip-json-comments': heldBack['strip-json-comments'],
        },
      },
    },
  },
  bun: {
    label: 'Bun',
    run: ['bun', 'run'],
    install: ['bun', 'install'],
    test: ['bun', 'run', 'test'],
    start: ['bun', 'run', 'start'],
    execute: ['bunx'],
    installed: ['bun.lock', 'bun.lockb'],
    added: ['bun@1', '--allow-scripts=bun'],
    lockfile: 'bun.lock',
    manifests: ['package.json', 'bun.lock*'],
    frozen: ['bun', 'install', '--frozen-lockfile'],
    prune: 'rm -rf node_modules && bun install --production',
    nodes,
    // Bun 0.6 works.
    unfit: [],
    packages: ['bun'],
    get: [...globally, 'bun@1', '--allow-scripts=bun'],
    // It holds nothing back: it does not look at what its packages ask of Node.js.
  },
});

export type PackageManager = keyof typeof packageManagers;

/** @returns whether a text is the name of a package manager */
export function isPackageManager(name: string): name is PackageManager {
  return Object.hasOwn(packageManagers, name);
}

/** @returns the package manager that runs us, as it says in `npm_config_user_agent`; npm by itself */
export function runningManager(env: Record<string, string | undefined>): PackageManager {
  const name = (env['npm_config_user_agent'] ?? '').replace(/\/.*/s, '');
  return isPackageManager(name) ? name : 'npm';
}
