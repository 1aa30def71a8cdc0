import type { Answers } from './answers.js';

/** What an answer adds to a project. Everything without a feature is always part of it. */
export interface Feature {
  /** The name under which templates ask for it: `{{#if proxy}}`. */
  name: string;
  on: (answers: Answers) => boolean;
  /** Files that are only part of the project with a feature that owns them. */
  files?: string[];
  /** Files with another path in the project. */
  moved?: Record<string, string>;
  packages?: string[];
  scripts?: string[];
  /** Other keys of package.json. */
  adds?: Record<string, unknown>;
  /** Scripts with another name in the project. */
  renamed?: Record<string, string>;
  /** Scripts with another command in the project. */
  commands?: Record<string, string>;
}

/**
 * The newest versions of these require Node.js 22, so an install with `engine-strict` fails on 20. The
 * older versions also work for their dependents: light-my-request, a part of Fastify, and pino-pretty.
 * pnpm-workspace.yaml contains the same ranges.
 */
export const heldBack = { cookie: '^1.1.1', 'strip-json-comments': '~5.0.3' };

/** Every feature, with what it owns in the templates. */
export const features: Feature[] = [
  {
    name: 'typescript',
    on: ({ language }) => language === 'ts',
    files: ['tsconfig.json', 'tsconfig.build.json'],
    packages: ['typescript', 'tsx', '@types/node', '@types/ws'],
    scripts: ['build', 'check'],
    // esbuild, a part of tsx, works without its install script: npm need not warn about it.
    adds: { allowScripts: { esbuild: false } },
  },
  {
    name: 'javascript',
    on: ({ language }) => language === 'js',
    commands: {
      dev: 'node --watch src/server.js',
      start: 'node src/server.js',
      test: 'node test/run.js',
      certs: 'node scripts/certs.js',
    },
  },
  { name: 'https', on: ({ https, certSource }) => https && certSource !== 'proxy' },
  { name: 'mkcert', on: ({ certSource }) => certSource === 'mkcert' },
  { name: 'files', on: ({ certSource }) => certSource === 'files' },
  {
    name: 'proxy',
    on: ({ certSource }) => certSource === 'proxy',
    files: ['proxy/README.md'],
  },
  {
    name: 'caddy',
    on: ({ reverseProxy }) => reverseProxy === 'caddy',
    files: ['proxy/Caddyfile', 'proxy/local.Caddyfile'],
    scripts: ['proxy:caddy'],
    renamed: { 'proxy:caddy': 'proxy' },
  },
  {
    name: 'nginx',
    on: ({ reverseProxy }) => reverseProxy === 'nginx',
    files: ['proxy/nginx.conf', 'proxy/nginx.local.conf'],
    scripts: ['proxy:nginx'],
    renamed: { 'proxy:nginx': 'proxy' },
  },
  { name: 'insecure', on: ({ https }) => !https },
  {
    name: 'redis',
    on: ({ redis }) => redis,
    files: ['src/plugins/redis.ts', 'test/redis.test.ts', 'test/redis-server.ts'],
    packages: ['@redis/client'],
  },
  {
    name: 'docker',
    on: ({ docker }) => docker,
    files: ['.dockerignore', 'Dockerfile', 'src/healthcheck.ts', 'test/healthcheck.test.ts'],
  },
  {
    name: 'dockerDirect',
    on: ({ docker, certSource }) => docker && certSource !== 'proxy',
    files: ['DOCKER.direct.md', 'compose.yaml'],
    moved: { 'DOCKER.direct.md': 'DOCKER.md' },
  },
  {
    name: 'dockerCaddy',
    on: ({ docker, reverseProxy }) => docker && reverseProxy === 'caddy',
    files: ['DOCKER.proxy.md', 'compose.caddy.yaml'],
    moved: { 'DOCKER.proxy.md': 'DOCKER.md', 'compose.caddy.yaml': 'compose.yaml' },
  },
  {
    name: 'dockerNginx',
    on: ({ docker, reverseProxy }) => docker && reverseProxy === 'nginx',
    files: ['DOCKER.proxy.md', 'compose.nginx.yaml'],
    moved: { 'DOCKER.proxy.md': 'DOCKER.md', 'compose.nginx.yaml': 'compose.yaml' },
  },
  {
    name: 'githubActions',
    on: ({ githubActions }) => githubActions,
    files: ['.github/workflows/ci.yml'],
  },
  { name: 'addedManager', on: ({ packageManager }) => packageManager !== 'npm' },
  {
    name: 'npm',
    on: ({ packageManager }) => packageManager === 'npm',
    adds: {
      overrides: {
        'light-my-request': { cookie: heldBack.cookie },
        'pino-pretty': { 'strip-json-comments': heldBack['strip-json-comments'] },
      },
    },
  },
  {
    name: 'pnpm',
    on: ({ packageManager }) => packageManager === 'pnpm',
    files: ['pnpm-workspace.yaml'],
  },
  {
    name: 'yarn',
    on: ({ packageManager }) => packageManager === 'yarn',
    files: ['.yarnrc.yml'],
    adds: {
      resolutions: {
        // Yarn 1 and 4 use different names for a dependency of a dependency.
        cookie: heldBack.cookie,
        'pino-pretty/strip-json-comments': heldBack['strip-json-comments'],
      },
    },
  },
  // Bun ignores the Node.js versions that packages require.
  { name: 'bun', on: ({ packageManager }) => packageManager === 'bun' },
];

/** @returns the path of a template in the project */
export function placeOf(path: string, answers: Answers): string {
  const on = features.filter((feature) => feature.on(answers));
  return on.flatMap(({ moved = {} }) => moved[path] ?? [])[0] ?? path;
}

type Owned = 'files' | 'packages' | 'scripts';

/** @returns whether a thing is part of the project: one of its owners is on, or it has none */
export function isKept(kind: Owned, thing: string, answers: Answers): boolean {
  const owners = features.filter((feature) => feature[kind]?.includes(thing));
  return owners.length === 0 || owners.some((feature) => feature.on(answers));
}
