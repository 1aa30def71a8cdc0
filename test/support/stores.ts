import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../src/io/programs.js';
import type { Sandbox } from './sandbox.js';

/** Runs certutil on an NSS database, without any prompts. */
export function certutil(folder: string, ...args: string[]): string {
  const words = [args[0] ?? '', '-d', `sql:${folder}`, ...args.slice(1)];
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  return execFileSync('certutil', words, { stdio, timeout: 10_000, encoding: 'utf8' });
}

/** Adds a certificate to a database, which is created if missing. */
export function addTo(folder: string, certificate: { name: string; file: string; flags?: string }) {
  const { name, file, flags = 'C,,' } = certificate;
  mkdirSync(folder, { recursive: true });
  certutil(folder, '-A', '-t', flags, '-n', name, '-i', file);
}

/** @returns the paths of Chromium's databases in a sandbox, the old and the current one */
export function placesIn({ home }: Sandbox) {
  return { old: join(home, '.pki/nssdb'), xdg: join(home, '.local/share/pki/nssdb') };
}

/** @returns a folder for PATH with only these programs of the machine */
export function pathOf({ home }: Sandbox, programs: string[]): string {
  const folder = mkdtempSync(join(home, 'bin-'));
  execFileSync('chmod', ['755', folder]);
  for (const name of programs) {
    symlinkSync(findProgram(name) ?? process.execPath, join(folder, name));
  }
  return folder;
}

/**
 * The files of this machine that no test may change: its lists of CAs, and the databases of its
 * user.
 */
const machine = [
  '/etc/ssl/certs',
  '/usr/local/share/ca-certificates',
  '/etc/pki/ca-trust/source/anchors',
  ...['.pki', '.local/share/pki', '.local/share/mkcert', '.mozilla', '.config/mozilla'].map(
    (path) => join(homedir(), path),
  ),
];

/** @returns a listing with times and sizes of the files that no test may change */
export function machineStores(): string {
  const script = 'ls -lRA --time-style=full-iso "$@" 2>/dev/null || true';
  return execFileSync('sh', ['-c', script, 'sh', ...machine], { encoding: 'utf8' });
}
