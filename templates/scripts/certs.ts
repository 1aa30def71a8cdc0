import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { Mistakes } from '../src/mistakes.js';
import { readSettings } from '../src/settings.js';
import { isForeign, problemWith } from './certificate.js';
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
  if (isForeign(settings)) {
    const advice = 'mkcert did not make it, so it stays. For a new one, move it and its key away.';
    throw new Mistakes([problem, advice]);
  }
  issue(settings, hosts);
  console.log(`Made ${CERT_KEY} and ${PRIV_KEY} for ${hosts.join(', ')}.`);
  console.log('Browsers on this machine trust them once you have run: mkcert -install');
}

function copyExample(): void {
  if (existsSync('.env')) return;
  copyFileSync('.env.example', '.env');
  // Secrets may be added to it later, and they are nobody else's business.
  chmodSync('.env', 0o600);
  console.log('Made .env from .env.example.');
}
