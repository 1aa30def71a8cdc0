import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { root, runProgram, type Ended } from './cli.js';
import type { Environment, Sandbox } from './sandbox.js';
import { startRegistry, type Registry } from './verdaccio.js';

/** The name that users write after `npm create`, and the package that npm derives from it. */
export const initializer = 'fastify-wss@latest';
export const own = 'create-fastify-wss';

export interface Packed {
  filename: string;
  size: number;
  files: { path: string }[];
}

async function npm(args: string[], call: { cwd: string; env: Environment }): Promise<Ended> {
  const ended = await runProgram(['npm', ...args], call);
  if (ended.code !== 0) {
    throw new Error(`npm ${args.join(' ')} failed.\n${ended.stderr}`);
  }
  return ended;
}

/**
 * Packs without scripts: `prepare` would clear `dist/`, which parallel tests use.
 * test/support/build.ts has already built it.
 */
export async function pack(folder: string, { folder: cwd, env }: Sandbox): Promise<Packed> {
  const args = ['pack', folder, '--json', '--ignore-scripts', '--pack-destination', cwd];
  const [packed]: Packed[] = JSON.parse((await npm(args, { cwd, env })).stdout);
  if (packed === undefined) {
    throw new Error('npm pack names no tarball.');
  }
  return packed;
}

async function outerRegistry(): Promise<string> {
  const { stdout } = await execa('npm', ['config', 'get', 'registry'], { cwd: root });
  return stdout.trim();
}

export interface Published {
  registry: Registry;
  packed: Packed;
}

/**
 * Starts a test registry and publishes this package there. Call `registry.stop` afterwards.
 * @param others names of other packages that may be published
 */
export async function publishOwn(place: Sandbox, ...others: string[]): Promise<Published> {
  const folder = join(place.folder, 'registry');
  mkdirSync(folder);
  const registry = await startRegistry({
    folder,
    own: [own, ...others],
    uplink: await outerRegistry(),
  });
  const packed = await pack(root, place);
  // npm publishes only with a token. The test registry accepts any.
  writeFileSync(join(place.home, '.npmrc'), `//127.0.0.1:${registry.port}/:_authToken=anybody\n`);
  const env = { ...place.env, npm_config_registry: registry.url };
  await npm(['publish', join(place.folder, packed.filename)], { cwd: place.folder, env });
  return { registry, packed };
}
