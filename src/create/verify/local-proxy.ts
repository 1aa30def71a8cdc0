import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Answers } from '../../options/answers.js';
import { bracketed } from '../../core/hosts.js';
import { reachedAt } from '../../core/loopback.js';
import { pairFolder, pairPaths } from '../../core/paths.js';
import { localProxyPort } from '../../core/ports.js';
import { freePort, startServer, type Server } from './server.js';
import { removeStaging } from '../../io/staging.js';

/** The command with which a project starts its local proxy; the last word is its site file. */
function proxyCommand(directory: string): string[] {
  const manifest: { scripts: { proxy: string } } = JSON.parse(
    readFileSync(join(directory, 'package.json'), 'utf8'),
  );
  return manifest.scripts.proxy.split(' ');
}

interface Ports {
  /** The ports of the proxy and its upstream. */
  port: number;
  upstreamPort: number;
}

/** The site file for other ports than the project's own. */
function moved(site: string, { port, host }: Pick<Answers, 'port' | 'host'>, ports: Ports): string {
  const upstream = bracketed(reachedAt(host));
  return site
    .replaceAll(`${upstream}:${port}`, `${upstream}:${ports.upstreamPort}`)
    .replaceAll(new RegExp(`:${localProxyPort}\\b`, 'g'), `:${ports.port}`);
}

/** A copy of the proxy's files in a temporary folder: nothing is written into the project. */
function copyTo(folder: string, directory: string, site: string, text: string): void {
  mkdirSync(join(folder, dirname(site)), { recursive: true });
  mkdirSync(join(folder, pairFolder));
  for (const name of Object.values(pairPaths)) {
    copyFileSync(join(directory, name), join(folder, name));
  }
  writeFileSync(join(folder, site), text);
}

interface Start {
  directory: string;
  answers: Pick<Answers, 'port' | 'host'>;
  /** Where the service listens. */
  upstreamPort: number;
  cancel: AbortSignal;
}

/**
 * Starts the project's local proxy on a free port.
 * @throws Error with its output if it does not start
 */
export async function startLocalProxy(start: Start): Promise<Server & { port: number }> {
  const { directory, answers, upstreamPort, cancel } = start;
  const port = await freePort();
  const command = proxyCommand(directory);
  const site = command.at(-1) ?? '';
  const text = moved(readFileSync(join(directory, site), 'utf8'), answers, { port, upstreamPort });
  const folder = mkdtempSync(join(tmpdir(), 'create-fastify-wss-proxy-'));
  const env = { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  try {
    copyTo(folder, directory, site, text);
    const proxy = await startServer({
      command,
      cwd: folder,
      env,
      address: '127.0.0.1',
      port,
      cancel,
    });
    const stop = async (): Promise<boolean> => {
      const end = await proxy.stop();
      removeStaging(folder);
      return end;
    };
    return { port, output: proxy.output, stop };
  } catch (error) {
    removeStaging(folder);
    throw error;
  }
}
