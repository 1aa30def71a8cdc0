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
  /** Variables of its processes: an install creates the lockfile, with every kind of dependency. */
  variables: Record<string, string>;
  /** The arguments with which an install in a CI job may create the lockfile. */
  unfrozen?: string[];
  /** Each command prints the URL of the registry and then those of proxies, or something else. */
  registry: string[][];
  /** The variables with which it prints its progress, and the lines that are only progress. */
  progress?: { variables: Record<string, string>; line: RegExp };
  /** The variables with which it gives up an unreachable registry at once. */
  impatient: Record<string, string>;
  /** What a project has only with it, if the project is not a member of a workspace. */
  owns?: Owned;
  /** An old version always refuses packages that ask for a newer Node.js. */
  strict?: true;
  /** It takes a package above for the project's root, unless the project has a lockfile. */
  looksAbove?: true;
  /** How it installs a member of a workspace, whose own settings it does not read. */
  member?: {
    /** The arguments with which a package's undecided install script is not an error. */
    undecided: string[];
    /** Decides in the workspace that a package's install script is not run: `!` and its name follow. */
    decline: string[];
  };
}

const npmRegistry = ['npm', 'config', 'get', 'registry', 'https-proxy', 'proxy', 'offline'];
/** pnpm and Yarn 1 read npm's settings, in which development dependencies may be off. */
const whole = { npm_config_production: 'false' };
/** Old versions of corepack would add `packageManager` to package.json. */
const unpinned = { COREPACK_ENABLE_AUTO_PIN: '0' };

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
    // npm separates the parts of a list by empty lines.
    variables: { npm_config_include: 'dev\n\noptional' },
    progress: { variables: { npm_config_loglevel: 'http' }, line: /^npm http .*\n/gm },
    registry: [npmRegistry],
    impatient: { npm_config_fetch_retries: '0', npm_config_fetch_timeout: '5000' },
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
    variables: {
      ...unpinned,
      ...whole,
      // In a CI job, it would refuse to change an older lockfile.
      npm_config_frozen_lockfile: 'false',
      pnpm_config_frozen_lockfile: 'false',
    },
    registry: [['pnpm', 'config', 'get', 'registry']],
    impatient: {
      npm_config_fetch_retries: '0',
      npm_config_fetch_timeout: '5000',
      pnpm_config_fetch_retries: '0',
      pnpm_config_fetch_timeout: '5000',
    },
    owns: { files: ['pnpm-workspace.yaml'] },
    member: {
      undecided: ['--config.strict-dep-builds=false'],
      decline: ['pnpm', 'approve-builds'],
    },
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
    looksAbove: true,
    strict: true,
    // They only patch TypeScript before 7, and their Plug'n'Play does not start the tests.
    unfit: [{ from: '2', below: '4' }],
    packages: ['yarn', '@yarnpkg/cli-dist'],
    // --force replaces the program of an installed Yarn 1.
    get: [...globally, '--force', '@yarnpkg/cli-dist@4'],
    // In a CI job, Yarn 4 would refuse to create a lockfile. Yarn 1 ignores both.
    variables: { ...unpinned, ...whole, YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' },
    unfrozen: ['--no-immutable'],
    // Yarn 4 and Yarn 1 have different names for it.
    registry: [
      ['yarn', 'config', 'get', 'npmRegistryServer'],
      ['yarn', 'config', 'get', 'registry'],
    ],
    impatient: {
      YARN_HTTP_RETRY: '0',
      YARN_HTTP_TIMEOUT: '5000',
      npm_config_network_timeout: '5000',
    },
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
    variables: {},
    // It has no command for it, and reads npm's settings.
    registry: [npmRegistry],
    impatient: { BUN_CONFIG_HTTP_RETRY_COUNT: '0' },
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

/** Settings that leave out dependencies, or install something else or elsewhere. */
const partial = [
  'also',
  'dev',
  'dry_run',
  'enable_immutable_cache',
  'enable_immutable_installs',
  'frozen_lockfile',
  'global',
  'include',
  'include_workspace_root',
  'location',
  'lockfile_only',
  'modules_dir',
  'modules_folder',
  'node_linker',
  'omit',
  'only',
  'optional',
  'package_lock_only',
  'prod',
  'production',
  'skip_install_packages',
  'skip_load_lockfile',
  'skip_save_lockfile',
  'workspace',
  'workspaces',
];
const installSetting = new RegExp(
  `^(node_env|(npm_config|pnpm_config|yarn|bun_config)_(${partial.join('|')}))$`,
);

/** @returns whether a variable changes what an install does, so that an install does not get it */
export function isInstallSetting(variable: string): boolean {
  return installSetting.test(variable.toLowerCase().replaceAll('-', '_'));
}

type Variables = Record<string, string | undefined>;

/** @returns whether it is a CI job, as most services and `isCI` of package managers say. */
export function isCi({ CI }: Variables): boolean {
  return !['', '0', 'false', undefined].includes(CI?.toLowerCase());
}

function isHindering([name, value]: [string, string | undefined]): boolean {
  return /^node_env$/i.test(name) ? value === 'production' : isInstallSetting(name) && value !== '';
}

interface Typing {
  /** The environment in which it is typed. */
  env: Variables;
  /** More arguments. */
  more?: string[];
  platform?: string;
}

/** @returns the words of the command that installs every dependency, as typed */
export function installCommand(
  manager: PackageManager,
  { env, more = [], platform = process.platform }: Typing,
): string[] {
  const { install, unfrozen = [] } = packageManagers[manager];
  const command = [...install, ...more, ...(isCi(env) ? unfrozen : [])];
  const hindering = Object.entries(env).filter(isHindering);
  if (hindering.length === 0) {
    return command;
  }
  if (platform === 'win32') {
    const unset = hindering.map(([name]) => `set ${name}=`);
    return ['cmd', '/c', [...unset, command.join(' ')].join('&& ')];
  }
  return ['env', ...hindering.flatMap(([name]) => ['-u', name]), ...command];
}

/** The files in which package managers keep what they installed; Bun and npm had another one before. */
export const lockfiles: string[] = [
  'bun.lockb',
  'npm-shrinkwrap.json',
  ...Object.values(packageManagers).map(({ lockfile }) => lockfile),
];
