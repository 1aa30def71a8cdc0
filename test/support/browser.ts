import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import type { Sandbox } from './sandbox.js';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Adds mkcert's CA to the database that a new Chromium of the sandbox reads. */
export function trustAuthority({ caRoot, env }: Sandbox): void {
  const folder = join(env['XDG_DATA_HOME'] ?? '', 'pki/nssdb');
  mkdirSync(folder, { recursive: true });
  const file = join(caRoot, 'rootCA.pem');
  const add = ['-A', '-d', `sql:${folder}`, '-t', 'C,,', '-n', 'mkcert', '-i', file];
  execFileSync('certutil', add, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
}

/**
 * Starts the system's Chromium with the sandbox's home, so that it trusts what the sandbox trusts.
 */
export function openBrowser(
  { env }: Sandbox,
  more: string[] = [],
  executablePath = '/usr/bin/chromium',
): Promise<Browser> {
  const defined = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return chromium.launch({
    executablePath,
    args: [...flags, ...more],
    env: Object.fromEntries(defined),
    // A flag of Playwright that would hide the behaviour of a user's browser.
    ignoreDefaultArgs: ['--ignore-certificate-errors'],
  });
}
