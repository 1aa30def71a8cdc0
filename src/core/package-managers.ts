import { managerNames, type PackageManager } from './answers.js';

/** Versions from one on and below another, which is the one to upgrade to. */
interface Unfit {
  from?: string;
  below: string;
  /** They are unfit on a Node.js below this one alone. */
  node?: string;
}

interface Commands {
  /** What a person reads. */
  label: string;
  /** Runs a script: the script's name follows. */
  run: string[];
  install: string[];
  test: string[];
  start: string[];
  /** Runs a package's program without installing it: the package's name follows. */
  execute: string[];
  /** What an install that came to its end leaves behind, any one of these. */
  installed: string[];
  /** What `npm install --global` is given so that a machine with Node alone has it. */
  added: string[];
  lockfile: string;
  /** Files that an install reads, as a Dockerfile copies them: `*` where one may be absent. */
  manifests: string[];
  /** Installs what the lockfile says and nothing else. */
  frozen: string[];
  /** A line for sh that leaves of `node_modules` what production needs. */
  prune: string;
  /** The majors of Node on which it installs the project. */
  nodes: number[];
  /** Versions that fail to install the project or to run its scripts, as measured. */
  unfit: Unfit[];
  /** Its packages in the npm registry, which say which version is installed. */
  packages: string[];
  /** Installs or upgrades it. */
  get: string[];
}

const nodes = [20, 22, 24, 26];
const globally = ['npm', 'install', '--global'];

/** What each package manager is called with. */
export const packageManagers: Record<PackageManager, Commands> = {
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
    // npm 6 does, and every Node.js from 20.19 on comes with a later one.
    unfit: [],
    packages: ['npm'],
    get: [...globally, 'npm@11'],
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
    // pnpm below 10.5 refuses a pnpm-workspace.yaml that names no packages, and pnpm 11 a Node below 22.13.
    unfit: [{ below: '10.5' }, { from: '11', below: '12', node: '22.13' }],
    packages: ['pnpm'],
    get: [...globally, 'pnpm@12', '--allow-scripts=pnpm'],
  },
  yarn: {
    label: 'Yarn',
    run: ['yarn'],
    install: ['yarn', 'install'],
    test: ['yarn', 'test'],
    start: ['yarn', 'start'],
    execute: ['npx'],
    installed: ['node_modules/.yarn-state.yml', 'node_modules/.yarn-integrity', '.pnp.cjs'],
    // corepack, which starts Yarn 1 as well as the later ones.
    added: ['corepack@0'],
    lockfile: 'yarn.lock',
    manifests: ['package.json', '.yarnrc.yml*', 'yarn.lock*'],
    frozen: ['yarn', 'install', '--frozen-lockfile'],
    // The first is Yarn 1's, the second that of the later ones, which refuse the first.
    prune: 'yarn install --production || yarn workspaces focus --production',
    nodes,
    // They patch TypeScript as it was before 7, and Plug'n'Play of theirs does not start the tests.
    unfit: [{ from: '2', below: '4' }],
    packages: ['yarn', '@yarnpkg/cli-dist'],
    // Where Yarn 1 is installed, its program has to give way.
    get: [...globally, '--force', '@yarnpkg/cli-dist@4'],
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
    // Bun 0.6 does.
    unfit: [],
    packages: ['bun'],
    get: [...globally, 'bun@1', '--allow-scripts=bun'],
  },
};

/** @returns the package manager that runs us, as it says in `npm_config_user_agent`, if one does */
export function managerOf(env: Record<string, string | undefined>): PackageManager | undefined {
  const agent = env['npm_config_user_agent'] ?? '';
  return managerNames.find((name) => agent.startsWith(`${name}/`));
}

/** @returns whether another one than npm runs us: it hands every flag on */
export function isRunByOther(env: Record<string, string | undefined>): boolean {
  return (managerOf(env) ?? 'npm') !== 'npm';
}
