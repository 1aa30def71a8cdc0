import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issue } from './authority.js';
import type { Sandbox } from './sandbox.js';

/** Where a project's certificate comes from; the last has none. */
export const allWays = ['mkcert', 'files', 'caddy', 'nginx', 'insecure'] as const;
export type Way = (typeof allWays)[number];

/** The programs of the system without which a project of each way cannot be made and served. */
export const programs: Record<Way, string[]> = {
  mkcert: ['mkcert', 'git'],
  files: ['mkcert', 'git'],
  caddy: ['mkcert', 'git', 'caddy'],
  nginx: ['mkcert', 'git', 'nginx'],
  insecure: ['mkcert', 'git'],
};

/** @returns the generator's flags for a way; for `files` the sandbox then holds a key and more */
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

/** @returns whether a proxy stands in front of the service */
export function isProxied({ way }: { way: Way }): boolean {
  return way === 'caddy' || way === 'nginx';
}

interface Proxied {
  folder: string;
  way: Way;
  /** Where it shall listen. */
  proxyPort: number;
}

/** The local proxy listens on 8443; a test moves it to a port that is free. */
export function moveProxy({ folder, proxyPort, way }: Proxied): void {
  const file = way === 'caddy' ? 'proxy/local.Caddyfile' : 'proxy/nginx.local.conf';
  for (const path of [file, '.env'].map((name) => join(folder, name))) {
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('8443', String(proxyPort)));
  }
}
