import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageManagers, type PackageManager } from '../../../src/options/package-managers.js';
import { caOf, issue } from '../../support/authority.js';
import { cli, runProgram, type Ended } from '../../support/cli.js';
import { echo } from '../../support/client.js';
import { buildImage, type Stage } from '../../support/image.js';
import { describeWith } from '../../support/needs.js';
import { hasBinaries, nodeFolder } from '../../support/nodes.js';
import { freePort, start } from '../../support/running.js';
import { sandbox, type Environment } from '../../support/sandbox.js';

/** An unprivileged user, who does not own the files of the image. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

const place = sandbox();
const nodes = join(place.folder, 'nodes');
afterAll(() => place.remove());
beforeAll(() => {
  // The other user must be able to reach the folders and a node.
  chmodSync(dirname(place.folder), 0o755);
  mkdirSync(nodes);
});

/** `node:24.x.y-slim` holds Node 24 with npm, and a Yarn in place of corepack's. */
function fromImage(image: string, root: string): void {
  const major = /^node:(\d+)\.\d+\.\d+-slim$/.exec(image)?.[1];
  const node = join(nodes, 'node');
  if (!existsSync(node)) {
    copyFileSync(join(nodeFolder(Number(major)), 'node'), node);
  }
  const programs = join(root, 'usr/local/bin');
  mkdirSync(programs, { recursive: true });
  symlinkSync('/opt/yarn-v1.22.22/bin/yarn', join(programs, 'yarn'));
}

const buildEnv = (): Environment => ({
  ...place.env,
  PATH: `${nodes}:${place.env['PATH']}`,
  // corepack reaches its registry through Node only, which has not read npm's settings.
  NODE_EXTRA_CA_CERTS: place.env['npm_config_cafile'],
});

async function render(name: string, flags: string[]): Promise<string> {
  const words = [name, '--yes', '--docker', '--no-install', '--no-git', ...flags];
  const { code, stderr } = await cli(words, { cwd: place.folder, env: place.env });
  expect(code, stderr).toBe(0);
  return join(place.folder, name);
}

/** Removes the rights of group and others, as in a checkout under umask 077. */
function closeToOthers(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600);
  }
}

let builds = 0;

/** Builds the project in temporary folders. */
function build(context: string) {
  const folder = join(place.folder, `build ${(builds += 1)}`);
  return buildImage({ context, folder, env: buildEnv(), from: fromImage });
}

/** The environment of the image's programs: ENV, and what Compose sets. */
function containerEnv({ env }: Stage, settings: Record<string, string>): Environment {
  return { PATH: nodes, ...env, ...settings };
}

/** Mounts the key and the certificate with their modes and owner on the machine. */
function mountCertificate({ root, folder }: Stage, owner: number): void {
  const { keyFile, certFile } = issue(place);
  const certs = join(root, folder, 'certs');
  mkdirSync(certs, { recursive: true });
  for (const [from, name] of [
    [keyFile, 'key.pem'],
    [certFile, 'cert.pem'],
  ] as const) {
    copyFileSync(from, join(certs, name));
    chmodSync(join(certs, name), name === 'key.pem' ? 0o600 : 0o644);
    chownSync(join(certs, name), owner, owner);
  }
}

/** Runs a command of the image to its end, as the unprivileged user. */
function inContainer(image: Stage, command: string[], env: Environment): Promise<Ended> {
  return runProgram(command, { cwd: join(image.root, image.folder), env, uid: nobody });
}

/** Starts the image, sends a request, runs its health check, and stops it as Docker does. */
async function expectImage(image: Stage): Promise<void> {
  const port = await freePort();
  const origin = 'https://app.test';
  const env = containerEnv(image, { PORT: String(port), HTTPS: 'true', DOMAINS: origin });
  const { command = [], healthcheck = [] } = image;
  mountCertificate(image, nobody);
  const cwd = join(image.root, image.folder);
  const service = await start(command, { cwd, env, port, uid: nobody });
  try {
    const url = `wss://localhost:${port}/live`;
    await expect(echo(url, 'hello', { ca: caOf(place), origin })).resolves.toBe('Echo: hello');
    expect(await inContainer(image, healthcheck, env)).toMatchObject({ code: 0, stderr: '' });
  } finally {
    expect(await service.stop('SIGTERM'), service.output()).toBe(0);
  }
  expect((await inContainer(image, healthcheck, env)).code).toBe(1);
}

/** If the process may not read the key, the start fails with one line that explains it. */
async function expectRefusal(image: Stage): Promise<void> {
  mountCertificate(image, 0);
  const env = containerEnv(image, { PORT: '0', HTTPS: 'true' });
  const { code, stdout, stderr } = await inContainer(image, image.command ?? [], env);
  expect(stderr).toMatch(/^\/.*\/certs\/key\.pem cannot be read: EACCES.*read it\.$/);
  expect(stdout).toBe('');
  expect(code).toBe(1);
}

/** The final stage holds what production needs, without tools and secrets. */
function expectSlim({ root, folder }: Stage, output: string): void {
  const app = join(root, folder);
  const kept = [output, 'node_modules', 'package.json', 'public'];
  expect(readdirSync(app).toSorted()).toEqual(kept.toSorted());
  const manifest = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
  const installed = (name: string): boolean => existsSync(join(app, 'node_modules', name));
  expect(Object.keys(manifest.dependencies).filter((name) => !installed(name))).toEqual([]);
  expect(Object.keys(manifest.devDependencies).filter(installed)).toEqual([]);
}

function lockfileIn({ root, folder }: Stage, manager: PackageManager): string {
  return join(root, folder, packageManagers[manager].lockfile);
}

const cases: ['ts' | 'js', PackageManager][] = [
  ['ts', 'npm'],
  ['js', 'npm'],
  ['ts', 'pnpm'],
  ['js', 'yarn'],
  ['ts', 'bun'],
];

describe.skipIf(!isRoot || !hasBinaries)('the image (skipped: needs root on Linux x64)', () => {
  describeWith(['mkcert'], 'as its Dockerfile builds it', () => {
    it.each(cases)('runs in %s with %s, without a lockfile and with one', async (...chosen) => {
      const [language, manager] = chosen;
      const output = language === 'ts' ? 'dist' : 'src';
      const flags = ['--language', language, '--package-manager', manager];
      const context = await render(`${language} ${manager}`, flags);
      closeToOthers(context);
      const { image: fresh, build: made } = await build(context);
      if (fresh === undefined || made === undefined) {
        throw new Error('The Dockerfile has no stage "build".');
      }
      expectSlim(fresh, output);
      expect(fresh.user).toBe('node');
      await expectImage(fresh);

      // The versions of the first build become the project's lockfile.
      const lockfile = join(context, packageManagers[manager].lockfile);
      copyFileSync(lockfileIn(made, manager), lockfile);
      const { image: frozen, build: again } = await build(context);
      if (frozen === undefined || again === undefined) {
        throw new Error('The Dockerfile has no stage "build".');
      }
      expect(readFileSync(lockfileIn(again, manager), 'utf8')).toBe(readFileSync(lockfile, 'utf8'));
      expectSlim(frozen, output);
      await expectRefusal(frozen);
    });
  });
});
