import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { Mistakes } from '../src/mistakes.js';
import { readSettings, type Settings } from '../src/settings.js';
import { isUsable, mayReplace, problemWith } from './certificate.js';
import { issue } from './mkcert.js';

try {
  prepare(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Mistakes ? error.message : error);
  process.exitCode = 1;
}

/** Makes what a fresh clone lacks before the service can start: `.env` and a certificate. */
function prepare(hosts: string[]): void {
  copyExample();
  process.loadEnvFile('.env');
  const settings = readSettings(process.env);
  const { PRIV_KEY, CERT_KEY } = settings;
  if (!settings.HTTPS && settings.TRUST_PROXY.length === 0) {
    console.log('No certificate is needed: HTTPS is off, and no proxy is in front.');
    return;
  }

  const problem = problemWith(settings, hosts);
  if (problem === undefined) {
    console.log(`${CERT_KEY} is good for ${hosts.join(', ')}.`);
    return;
  }
  if (!mayReplace(settings)) {
    keep(settings, problem);
    return;
  }
  issue(settings, hosts);
  console.log(`Made ${CERT_KEY} and ${PRIV_KEY} for ${hosts.join(', ')}.`);
  console.log('Browsers on this machine trust them once you have run: mkcert -install');
}

/** Leaves files alone that are somebody's own; that is a failure only if the service cannot use them. */
function keep(settings: Settings, problem: string): void {
  if (!isUsable(settings)) {
    const advice =
      'mkcert did not make these files, so they stay. Correct PRIV_KEY and CERT_KEY in .env.';
    throw new Mistakes([problem, advice]);
  }
  console.log(`${problem} mkcert did not make it, so it stays as it is.`);
}

function copyExample(): void {
  if (existsSync('.env')) return;
  copyFileSync('.env.example', '.env');
  // Secrets may be added to it later, and they are nobody else's business.
  chmodSync('.env', 0o600);
  console.log('Made .env from .env.example.');
}
