import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { Mistakes } from '../src/mistakes.js';
import { readSettings } from '../src/settings.js';
import { lackOf, mayReplace, tlsProblem } from './certificate.js';
import { issue } from './issue.js';

const advice =
  'Key and certificate are not a pair that was made here, so they stay. Move both away and run this again, ' +
  'or correct PRIV_KEY and CERT_KEY in .env.';

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
  if (!settings.HTTPS && settings.TRUST_PROXY.length === 0) {
    console.log('No certificate is needed: HTTPS is off, and no proxy is in front.');
    return;
  }

  const unusable = tlsProblem(settings);
  const lack = unusable ?? lackOf(settings, hosts);
  if (lack === undefined) {
    console.log(`${settings.CERT_KEY} is good for ${hosts.join(', ')}.`);
    return;
  }
  if (!mayReplace(settings)) {
    // Files of somebody's own stay; that is a failure only if the service cannot use them.
    if (unusable !== undefined) throw new Mistakes([unusable.split(' Run: ')[0] ?? '', advice]);
    console.log(`${lack} It is not for this script to replace, so it stays as it is.`);
    return;
  }
  process.exitCode = issue(settings, hosts);
}

function copyExample(): void {
  if (existsSync('.env')) return;
  copyFileSync('.env.example', '.env');
  // Secrets may be added to it later, and they are nobody else's business.
  chmodSync('.env', 0o600);
  console.log('Made .env from .env.example.');
}
