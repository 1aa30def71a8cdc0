import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

/** Debian's package of each program that tests use. */
const packages: Record<string, string> = {
  mkcert: 'mkcert',
  certutil: 'libnss3-tools',
  chromium: 'chromium',
  nginx: 'nginx-light',
  caddy: 'caddy',
  tmux: 'tmux',
  git: 'git',
  curl: 'curl',
  'redis-server': 'redis-server',
  testssl: 'testssl.sh',
  openssl: 'openssl',
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

/** What of the programs has to be installed, as Debian names it; nothing where `CI` is true. */
function lacking(programs: string[]): string {
  const missing = process.env['CI'] === 'true' ? [] : programs.filter((name) => !isThere(name));
  return missing.map((program) => packages[program] ?? program).join(' ');
}

/**
 * A group of tests that use programs of the system. One that is missing fails them where `CI` is
 * true; elsewhere they are skipped, and the group's name says how to install it.
 */
export function describeWith(programs: string[], name: string, body: () => void): void {
  const install = lacking(programs);
  if (install === '') {
    describe(name, body);
    return;
  }
  describe.skip(`${name} (skipped: apt-get install ${install})`, body);
}

/** The same for one test, which runs beside others that are declared so. */
export function itBesideWith(programs: string[], name: string, body: () => Promise<void>): void {
  const install = lacking(programs);
  if (install === '') {
    it.concurrent(name, body);
    return;
  }
  it.skip(`${name} (skipped: apt-get install ${install})`, body);
}
