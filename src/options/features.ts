import type { Answers } from './answers.js';
import { extras } from './extras.js';
import { packageManagers, type Manager } from './package-managers.js';
import type { Place } from '../core/place.js';
import type { Owned } from '../core/template-types.js';

/** The answers for a project, and where it lies. */
export type Placed = Answers & { place?: Place };

/** What an answer adds to a project. What no feature owns is always there. */
interface Feature extends Owned {
  /** The name under which templates ask for it: `{{#if proxy}}`. */
  name: string;
  on: (placed: Placed) => boolean;
}

function ofExtra(extra: (typeof extras)[number]): Feature {
  return { ...extra, on: (answers) => answers[extra.name] };
}

function isMember({ place }: Placed): boolean {
  return place?.workspace !== undefined;
}

/** Settings for a package manager: in a workspace, it only reads those of the workspace. */
function ofManager([name, { owns }]: [string, Manager]): Feature[] {
  const on = ({ packageManager }: Placed): boolean => packageManager === name;
  return [
    { name, on },
    { ...owns, name: `${name}Root`, on: (placed) => on(placed) && !isMember(placed) },
  ];
}

/** esbuild, a part of tsx, works without its install script. */
export const undecidedScript = 'esbuild';

/** @returns whether a package manager asks what to do about that script */
export function hasUndecidedScript({ language }: Answers): boolean {
  return language === 'ts';
}

/** Every feature, with what it owns in the templates. */
export const features: Feature[] = [
  {
    name: 'typescript',
    on: ({ language }) => language === 'ts',
    files: ['tsconfig.json', 'tsconfig.build.json'],
    packages: ['typescript', 'tsx', '@types/node', '@types/ws'],
    scripts: ['build', 'check'],
  },
  {
    name: 'undecidedScript',
    on: (placed) => hasUndecidedScript(placed) && !isMember(placed),
    // npm need not warn about it.
    adds: { allowScripts: { [undecidedScript]: false } },
  },
  {
    name: 'javascript',
    on: ({ language }) => language === 'js',
    commands: {
      dev: 'node --watch src/server.js',
      start: 'node src/server.js',
      test: 'node test/run.js',
      certs: 'node scripts/certs.js',
      token: 'node scripts/token.js',
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
  ...extras.map(ofExtra),
  {
    name: 'metricsRooms',
    on: ({ metrics, rooms }) => metrics && rooms,
    files: [
      'monitoring/rooms-dashboard.json',
      'src/plugins/metrics-rooms.ts',
      'test/metrics-rooms.test.ts',
    ],
  },
  {
    name: 'metricsRedis',
    on: ({ metrics, redis }) => metrics && redis,
    files: [
      'monitoring/redis-dashboard.json',
      'src/plugins/metrics-redis.ts',
      'test/metrics-redis.test.ts',
    ],
  },
  {
    name: 'roomTypes',
    on: ({ language, rooms }) => language === 'ts' && rooms,
    packages: ['json-schema-to-ts'],
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
  { name: 'addedManager', on: ({ packageManager }) => packageManager !== 'npm' },
  ...Object.entries(packageManagers).flatMap(ofManager),
];

/** @returns the path of a template in the project */
export function placeOf(path: string, placed: Placed): string {
  const on = features.filter((feature) => feature.on(placed));
  return on.flatMap(({ moved = {} }) => moved[path] ?? [])[0] ?? path;
}

/** @returns whether a thing stands in the project: one of its owners is on, or it has none */
export function isKept(
  kind: 'files' | 'packages' | 'scripts',
  thing: string,
  placed: Placed,
): boolean {
  const owners = features.filter((feature) => feature[kind]?.includes(thing));
  return owners.length === 0 || owners.some((feature) => feature.on(placed));
}

/** @returns every path that a template can have in a project */
export function placesOf(path: string): string[] {
  const elsewhere = features.flatMap((feature) => feature.moved?.[path] ?? []);
  const owners = features.filter(({ files = [] }) => files.includes(path));
  const always = owners.length === 0 || owners.some((owner) => owner.moved?.[path] === undefined);
  return [...new Set([...(always ? [path] : []), ...elsewhere])];
}

/** As `isKept`, for the name that a thing has in the project. */
export function isKeptThere(
  kind: 'files' | 'packages' | 'scripts',
  thing: string,
  placed: Placed,
): boolean {
  const owners = features.filter((feature) => {
    const names = kind === 'files' ? feature.moved : feature.renamed;
    return feature[kind]?.some((each) => (names?.[each] ?? each) === thing);
  });
  return owners.length === 0 || owners.some((feature) => feature.on(placed));
}
