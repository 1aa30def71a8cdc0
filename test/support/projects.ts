import {
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Answers } from '../../src/options/answers.js';
import { root } from './cli.js';
import { answersOf } from './combinations.js';
import { renderInto } from './diagnosed.js';
import { freePort, start } from './running.js';
import type { Environment, Sandbox } from './sandbox.js';
import { moveProxy, type Way } from './ways.js';

/** The environment for the projects of a scenario. */
interface Place {
  sandbox: Sandbox;
  leaf: { key: string; cert: string };
  later: (undo: () => unknown) => void;
}

/** A JavaScript project that uses the packages of this repository. */
export interface LocalProject {
  folder: string;
  way: Way;
  /** The ports of the service, and of the proxy in front of it. */
  port: number;
  proxyPort: number;
}

type Files = Record<string, string | Buffer | undefined>;

const answersFor: Record<Way, Partial<Answers>> = {
  mkcert: {},
  files: { certSource: 'files', keyFile: 'own/key.pem', certFile: 'own/cert.pem' },
  caddy: { certSource: 'proxy', reverseProxy: 'caddy', domain: 'chat.example.com' },
  nginx: { certSource: 'proxy', reverseProxy: 'nginx', domain: 'chat.example.com' },
  insecure: { https: false },
};

/** @returns a project with a trusted certificate, and with some of its files replaced */
export async function localProject(
  place: Place,
  way: Way,
  files: Files = {},
): Promise<LocalProject> {
  const { sandbox, leaf, later } = place;
  const folder = realpathSync(mkdtempSync(join(sandbox.folder, 'app-')));
  later(() => rmSync(folder, { recursive: true }));
  const [port, proxyPort] = [await freePort(), await freePort()];
  const pair = way === 'files' ? 'own' : 'certs';
  renderInto(folder, answersOf({ ...answersFor[way], language: 'js', port }), {
    ...(way === 'insecure'
      ? {}
      : { [`${pair}/key.pem`]: leaf.key, [`${pair}/cert.pem`]: leaf.cert }),
    ...files,
  });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const project = { folder, way, port, proxyPort };
  if (way === 'caddy' || way === 'nginx') {
    moveProxy(project);
  }
  return project;
}

/** Appends lines to `.env`. If a name occurs twice, the last line counts. */
export function setLines({ folder }: LocalProject, lines: string): void {
  const path = join(folder, '.env');
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n${lines}\n`);
}

/** Starts the service, like its script. */
export async function startService(
  { sandbox, later }: Place,
  { folder, port }: LocalProject,
  env: Environment = {},
): Promise<void> {
  const command = [process.execPath, 'src/server.js'];
  const running = await start(command, { cwd: folder, env: { ...sandbox.env, ...env }, port });
  later(running.stop);
}

/** Starts the reverse proxy, like its script. */
export async function startProxy(
  { sandbox, later }: Place,
  { folder, way, proxyPort }: LocalProject,
): Promise<void> {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const command = String(scripts.proxy).split(' ');
  const env = { ...sandbox.env, ...(way === 'caddy' ? { XDG_DATA_HOME: sandbox.home } : {}) };
  const running = await start(command, { cwd: folder, env, port: proxyPort });
  later(running.stop);
}
