import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

/** Debian's package of each program that tests use. */
const packages: Record<string, string> = {
  mkcert: 'mkcert',
  certutil: 'libnss3-tools',
  chromium: 'chromium',
  nginx: 'nginx-light',
  caddy: 'caddy',
  tmux: 'tmux',
  git: 'git',
  'redis-server': 'redis-server',
  testssl: 'testssl.sh',
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

/**
 * A group of tests that use programs of the system. One that is missing fails them where `CI` is
 * true; elsewhere they are skipped, and the group's name says how to install it.
 */
export function describeWith(programs: string[], name: string, body: () => void): void {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0 || process.env['CI'] === 'true') {
    describe(name, body);
    return;
  }
  const install = missing.map((program) => packages[program] ?? program).join(' ');
  describe.skip(`${name} (skipped: apt-get install ${install})`, body);
}
