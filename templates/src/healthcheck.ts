import { once } from 'node:events';
import { existsSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { isIPv6 } from 'node:net';
import { readSettings, type Settings } from './settings.js';

const patienceMs = 3000;
const loopback: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

// Asks the service on this machine whether it is alive. The exit code tells Docker: 0 is yes.
try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  await ask(readSettings(process.env));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function ask(settings: Settings): Promise<void> {
  const url = `${settings.HTTPS ? 'https' : 'http'}://${hostOf(settings)}/healthz`;
  const signal = AbortSignal.timeout(patienceMs);
  // It is this very machine, and nothing secret is said. The certificate is for others to judge: it
  // need not name the loopback, and the file may be newer than what is served.
  const request = settings.HTTPS
    ? https.get(url, { rejectUnauthorized: false, signal })
    : http.get(url, { signal });
  const [response] = await once(request, 'response');
  response.resume();
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}.`);
}

function hostOf({ HOST, PORT }: Pick<Settings, 'HOST' | 'PORT'>): string {
  const name = loopback[HOST] ?? HOST;
  return `${isIPv6(name) ? `[${name}]` : name}:${PORT}`;
}
