import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

/** Debian's package for each program that tests use. */
const packages: Record<string, string> = {
  mkcert: 'mkcert',
  certutil: 'libnss3-tools',
  chromium: 'chromium',
  'firefox-esr': 'firefox-esr',
  nginx: 'nginx-light',
  caddy: 'caddy',
  haproxy: 'haproxy',
  apache2: 'apache2',
  lighttpd: 'lighttpd',
  h2o: 'h2o',
  varnishd: 'varnish',
  squid: 'squid',
  tmux: 'tmux',
  git: 'git',
  curl: 'curl',
  'redis-server': 'redis-server',
  // In Debian 13, and in the backports of Debian 12.
  'valkey-server': 'valkey-server',
  testssl: 'testssl.sh',
  promtool: 'prometheus',
  'systemd-analyze': 'systemd',
  openssl: 'openssl',
  wine: 'wine wine64',
  go: 'golang-go',
  'x86_64-w64-mingw32-gcc-win32': 'gcc-mingw-w64-x86-64-win32',
  'mkfs.exfat': 'exfatprogs',
  'mount.exfat-fuse': 'exfat-fuse',
  'mkfs.ntfs': 'ntfs-3g',
  'ntfs-3g': 'ntfs-3g',
};

function isThere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @returns the Debian packages to install for these programs */
export function lacking(programs: string[]): string[] {
  const missing = programs.filter((name) => !isThere(name));
  return [...new Set(missing.map((program) => packages[program] ?? program))];
}

/** @returns the same as text; empty if `CI` is true */
function toInstall(programs: string[]): string {
  return process.env['CI'] === 'true' ? '' : lacking(programs).join(' ');
}

/**
 * A group of tests that need programs of the system. If one is missing, they fail if `CI` is true.
 * Otherwise they are skipped, and the group's title says how to install it.
 */
export function describeWith(programs: string[], name: string, body: () => void): void {
  const install = toInstall(programs);
  if (install === '') {
    describe(name, body);
    return;
  }
  describe.skip(`${name} (skipped: apt-get install ${install})`, body);
}

/** The same for one test that runs beside other concurrent tests. */
export function itBesideWith(programs: string[], name: string, body: () => Promise<void>): void {
  const install = toInstall(programs);
  if (install === '') {
    it.concurrent(name, body);
    return;
  }
  it.skip(`${name} (skipped: apt-get install ${install})`, body);
}
