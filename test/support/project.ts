import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tokenHeaders } from '../../src/create/verify/token.js';
import { packageManagers, type PackageManager } from '../../src/options/package-managers.js';
import { caOf, caPathOf } from './authority.js';
import { bin, runProgram } from './cli.js';
import { claimedAddress, echo, upgradeStatus } from './client.js';
import { freePort, start, type Running } from './running.js';
import { identity, type Environment, type Sandbox } from './sandbox.js';
import { flagsFor, isProxied, type Way } from './ways.js';

/** A rendered project, as a test uses it. */
export interface Project {
  sandbox: Sandbox;
  folder: string;
  env: Environment;
  way: Way;
  language: 'ts' | 'js';
  manager: PackageManager;
  /** The page's origin, which may connect. */
  origin: string;
  /** The ports of the service and its proxy. */
  port: number;
  proxyPort: number;
}

interface Wanted {
  sandbox: Sandbox;
  way: Way;
  language: 'ts' | 'js';
  /** By default, npm. */
  manager?: PackageManager;
  flags?: string[];
  env?: Environment;
  /** The node that runs the generator. */
  program?: string;
}

/** Renders a project with flags, as a user does, and expects success. */
export async function create(wanted: Wanted): Promise<Project> {
  const {
    sandbox,
    way,
    language,
    manager = 'npm',
    flags = [],
    program = process.execPath,
  } = wanted;
  const [port, proxyPort] = [await freePort(), await freePort()];
  const env = { ...sandbox.env, ...identity, ...wanted.env };
  const words = ['app', '--yes', '--language', language, '--package-manager', manager];
  const all = [...words, '--port', String(port), ...flagsFor(way, sandbox), ...flags];
  const made = await runProgram([program, bin, ...all], { cwd: sandbox.folder, env });
  assert.equal(made.code, 0, `create-fastify-wss ${all.join(' ')}\n${made.stdout}${made.stderr}`);
  const scheme = way === 'insecure' ? 'http' : 'https';
  const origin = `${scheme}://localhost:${isProxied({ way }) ? proxyPort : port}`;
  const folder = join(sandbox.folder, 'app');
  return { sandbox, folder, env, way, language, manager, origin, port, proxyPort };
}

/** @returns the command with which its package manager runs one of the project's scripts */
function commandFor({ manager }: Project, name: string): string[] {
  const { run, test, start: started } = packageManagers[manager];
  const shorter: Record<string, string[]> = { test, start: started };
  return shorter[name] ?? [...run, name];
}

/** Runs a program in the project's folder, expects success, and returns its output. */
export async function succeed({ folder, env }: Project, command: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(command, { cwd: folder, env });
  assert.equal(code, 0, `${command.join(' ')}\n${stdout}\n${stderr}`);
  return stdout + stderr;
}

/** Runs one of the project's scripts and expects success. */
export function script(project: Project, name: string): Promise<string> {
  return succeed(project, commandFor(project, name));
}

/** Starts the service with one of its scripts, and its proxy if it has one. */
export async function serve(project: Project, name: string): Promise<Running[]> {
  const { folder, env, port, proxyPort } = project;
  const service = await start(commandFor(project, name), { cwd: folder, env, port });
  if (!isProxied(project)) {
    return [service];
  }
  try {
    const proxy = commandFor(project, 'proxy');
    return [service, await start(proxy, { cwd: folder, env, port: proxyPort })];
  } catch (error) {
    await service.stop();
    throw error;
  }
}

/** What a program sends to be let in: a token for development if the project has authentication. */
function headersFor({ folder, language }: Project): Record<string, string> {
  const isThere = existsSync(join(folder, `src/plugins/auth.${language}`));
  return isThere ? tokenHeaders(folder) : {};
}

/** Expects an echo with verification, and that a foreign origin is refused at the handshake. */
export async function expectService(project: Project): Promise<void> {
  const { origin, sandbox, way } = project;
  const url = `${origin.replace(/^http/, 'ws')}/live`;
  const trust = way === 'insecure' ? {} : { ca: caOf(sandbox) };
  assert.equal(
    await echo(url, 'hello', { ...trust, origin, headers: headersFor(project) }),
    'Echo: hello',
  );
  assert.equal(await upgradeStatus(url, { ...trust, origin: 'https://evil.example' }), 403);
  assert.equal(await upgradeStatus(url, trust), 403);
}

/** Expects the client's real address in the log, not the one in its header. */
async function expectAddress(output: () => string): Promise<void> {
  const limit = Date.now() + 10_000;
  while (!/"ip":"(127\.0\.0\.1|::1)"/.test(output())) {
    assert.ok(Date.now() < limit, 'The log does not name the address of the client.');
    await sleep(50);
  }
  assert.ok(!output().includes(`"ip":"${claimedAddress}"`), 'The log believes the client.');
}

/** Expects doctor to find the service by the project's settings, and no problems. */
export async function expectHealthy(project: Project): Promise<void> {
  const trust = project.way === 'insecure' ? [] : ['--ca-file', caPathOf(project.sandbox)];
  const { authorization } = headersFor(project);
  const token = authorization === undefined ? [] : ['--header', `Authorization: ${authorization}`];
  const command = [process.execPath, bin, 'doctor', '--json', ...trust, ...token];
  const said = await succeed(project, command);
  const { ok, url } = JSON.parse(said);
  const expected = { ok: true, url: `${project.origin.replace(/^http/, 'ws')}/live` };
  assert.deepEqual({ ok, url }, expected, said);
}

/** Starts, checks and stops the service. */
export async function tryService(project: Project, name: string): Promise<void> {
  const running = await serve(project, name);
  const said = (): string => running.map(({ output }) => output()).join('\n');
  const attempt = async (): Promise<void> => {
    await expectService(project);
    await expectHealthy(project);
    await expectAddress(said);
  };
  try {
    // Packages may be hard links into a cache. `node --watch` restarts when another install changes those.
    await attempt().catch((error) => {
      if (!/^Restarting /m.test(said())) {
        throw error;
      }
      return attempt();
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${name}: ${reason}\nIt said:\n${said()}`, { cause: error });
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
  }
}
