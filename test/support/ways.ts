import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issue } from './authority.js';
import type { Sandbox } from './sandbox.js';

/** The source of a project's certificate. The last one has none. */
export const allWays = ['mkcert', 'files', 'caddy', 'nginx', 'insecure'] as const;
export type Way = (typeof allWays)[number];

/** The system programs that are needed to create and serve a project of each way. */
export const programs: Record<Way, string[]> = {
  mkcert: ['mkcert', 'git'],
  files: ['mkcert', 'git'],
  caddy: ['mkcert', 'git', 'caddy'],
  nginx: ['mkcert', 'git', 'nginx'],
  insecure: ['mkcert', 'git'],
};

/**
 * @returns the generator's flags for a way; for `files`, the sandbox then contains a key and more
 */
export function flagsFor(way: Way, sandbox: Sandbox): string[] {
  if (way === 'files') {
    const { keyFile, certFile } = issue(sandbox);
    return ['--cert-source', 'files', '--key-file', keyFile, '--cert-file', certFile];
  }
  if (way === 'caddy' || way === 'nginx') {
    return ['--cert-source', 'proxy', '--reverse-proxy', way, '--domain', 'chat.example.com'];
  }
  return way === 'insecure' ? ['--no-https'] : [];
}

/** @returns whether the project has a reverse proxy */
export function isProxied({ way }: { way: Way }): boolean {
  return way === 'caddy' || way === 'nginx';
}

interface Proxied {
  folder: string;
  way: Way;
  /** The ports to listen on. */
  proxyPort: number;
}

/** The local proxy listens on 8443. A test changes this to a free port. */
export function moveProxy({ folder, proxyPort, way }: Proxied): void {
  const file = way === 'caddy' ? 'proxy/local.Caddyfile' : 'proxy/nginx.local.conf';
  for (const path of [file, '.env'].map((name) => join(folder, name))) {
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('8443', String(proxyPort)));
  }
}
