import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { caOf, issue } from './authority.js';
import { bin, runProgram } from './cli.js';
import { claimedAddress, echo, upgradeStatus } from './client.js';
import { freePort, start, type Running } from './running.js';
import { identity, type Environment, type Sandbox } from './sandbox.js';

export const allWays = ['mkcert', 'files', 'caddy', 'nginx', 'insecure'] as const;
export type Way = (typeof allWays)[number];

/** A rendered project, as a test talks to it. */
export interface Project {
  sandbox: Sandbox;
  folder: string;
  env: Environment;
  way: Way;
  language: 'ts' | 'js';
  /** The page's origin, which may connect. */
  origin: string;
  /** Where the service listens, and where its proxy does. */
  port: number;
  proxyPort: number;
}

function flagsFor(way: Way, sandbox: Sandbox): string[] {
  if (way === 'files') {
    const { keyFile, certFile } = issue(sandbox);
    return ['--cert-source', 'files', '--key-file', keyFile, '--cert-file', certFile];
  }
  if (way === 'caddy' || way === 'nginx') {
    return ['--cert-source', 'proxy', '--reverse-proxy', way, '--domain', 'chat.example.com'];
  }
  return way === 'insecure' ? ['--no-https'] : [];
}

/** The local proxy listens on 8443; a test moves it to a port that is free. */
export function moveProxy({ folder, proxyPort, way }: Project): void {
  const file = way === 'caddy' ? 'proxy/local.Caddyfile' : 'proxy/nginx.local.conf';
  for (const path of [file, '.env'].map((name) => join(folder, name))) {
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('8443', String(proxyPort)));
  }
}

export function isProxied({ way }: Pick<Project, 'way'>): boolean {
  return way === 'caddy' || way === 'nginx';
}

interface Wanted {
  sandbox: Sandbox;
  way: Way;
  language: 'ts' | 'js';
  flags?: string[];
  env?: Environment;
  /** The node that runs the generator. */
  program?: string;
}

/** Renders a project as a user does, by flags, and expects success. */
export async function create(wanted: Wanted): Promise<Project> {
  const { sandbox, way, language, flags = [], env = {}, program = process.execPath } = wanted;
  const [port, proxyPort] = [await freePort(), await freePort()];
  const all = { ...sandbox.env, ...identity, ...env };
  const words = ['app', '--yes', '--language', language, '--port', String(port)];
  const command = [program, bin, ...words, ...flagsFor(way, sandbox), ...flags];
  const { code, stdout, stderr } = await runProgram(command, { cwd: sandbox.folder, env: all });
  expect(code, stdout + stderr).toBe(0);
  const scheme = way === 'insecure' ? 'http' : 'https';
  const proxied = isProxied({ way });
  const origin = `${scheme}://localhost:${proxied ? proxyPort : port}`;
  const folder = join(sandbox.folder, 'app');
  return { sandbox, folder, env: all, way, language, origin, port, proxyPort };
}

/** Runs one of the project's scripts and expects success. */
export async function script(project: Project, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(['npm', ...words], {
    cwd: project.folder,
    env: project.env,
  });
  expect(code, `npm ${words.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout + stderr;
}

/** Starts the service by one of its scripts, with its proxy in front where there is one. */
export async function serve(project: Project, ...words: string[]): Promise<Running[]> {
  const { folder, env, port, proxyPort } = project;
  const service = await start(['npm', ...words], { cwd: folder, env, port });
  if (!isProxied(project)) {
    return [service];
  }
  try {
    const proxy = ['npm', 'run', 'proxy'];
    return [service, await start(proxy, { cwd: folder, env, port: proxyPort })];
  } catch (error) {
    await service.stop();
    throw error;
  }
}

/** Expects the echo with verification on, and a foreign origin refused on the upgrade. */
export async function expectService({ origin, sandbox, way }: Project): Promise<void> {
  const url = `${origin.replace(/^http/, 'ws')}/live`;
  const trust = way === 'insecure' ? {} : { ca: caOf(sandbox) };
  await expect(echo(url, 'hello', { ...trust, origin })).resolves.toBe('Echo: hello');
  await expect(upgradeStatus(url, { ...trust, origin: 'https://evil.example' })).resolves.toBe(403);
  await expect(upgradeStatus(url, trust)).resolves.toBe(403);
}

/** Serves, expects, stops. */
export async function tryService(project: Project, ...words: string[]): Promise<void> {
  const running = await serve(project, ...words);
  try {
    await expectService(project);
    const said = (): string => running.map(({ output }) => output()).join('\n');
    await expect.poll(said, { timeout: 5000 }).toMatch(/"ip":"(127\.0\.0\.1|::1)"/);
    expect(said()).not.toContain(`"ip":"${claimedAddress}"`);
  } catch (error) {
    const said = running.map(({ output }) => output()).join('\n');
    throw new Error(`${words.join(' ')} said:\n${said}`, { cause: error });
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
  }
}
