import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { isIPv6 } from 'node:net';
import { readEnvFile } from './lib/env-file.js';
import { messageOf } from './lib/errors.js';
import { readSettings, type Settings } from './settings.js';

const patienceMs = 3000;
const loopback: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

// Asks the service on this machine whether it is alive. The exit code tells Docker: 0 is yes.
try {
  await ask(readSettings(process.env, readEnvFile()));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function ask(settings: Settings): Promise<void> {
  const host = hostOf(settings);
  const url = `${settings.HTTPS ? 'https' : 'http'}://${host}/healthz`;
  // By an address of its own, which Linux has: another that has reached its limit says nothing of the
  // service.
  const isLinux = process.platform === 'linux';
  const localAddress = isLinux && host.startsWith('127.') ? '127.0.0.2' : undefined;
  const options = { localAddress, signal: AbortSignal.timeout(patienceMs) };
  // It is this very machine, and nothing secret is said. The certificate is for others to judge: it
  // need not name the loopback, and the file may be newer than what is served.
  const request = settings.HTTPS
    ? https.get(url, { ...options, rejectUnauthorized: false })
    : http.get(url, options);
  const [response] = await once(request, 'response');
  response.resume();
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}.`);
}

function hostOf({ HOST, PORT }: Pick<Settings, 'HOST' | 'PORT'>): string {
  const name = loopback[HOST] ?? HOST;
  return `${isIPv6(name) ? `[${name}]` : name}:${PORT}`;
}
