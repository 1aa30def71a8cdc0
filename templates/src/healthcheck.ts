import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { isIPv6 } from 'node:net';
import { readEnvFile } from './lib/env-file.js';
import { messageOf } from './lib/errors.js';
import { readSettings, type Settings } from './settings.js';

const timeoutMs = 3000;
const loopback: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

// Checks whether the service on this machine is alive. Docker reads the exit code: 0 means healthy.
try {
  await check(readSettings(process.env, readEnvFile()));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function check(settings: Settings): Promise<void> {
  const host = hostOf(settings);
  const url = `${settings.HTTPS ? 'https' : 'http'}://${host}/healthz`;
  // On Linux, the check has an address of its own, so that the limit of connections per address
  // cannot fail it.
  const isLinux = process.platform === 'linux';
  const localAddress = isLinux && host.startsWith('127.') ? '127.0.0.2' : undefined;
  const options = { localAddress, signal: AbortSignal.timeout(timeoutMs) };
  // No verification: the request stays on this machine and holds no secret. The certificate need not
  // cover a loopback address, and the file may be newer than the certificate in use.
  const request = settings.HTTPS
    ? https.get(url, { ...options, rejectUnauthorized: false })
    : http.get(url, options);
  const [response] = await once(request, 'response');
  response.resume();
  if (response.statusCode !== 200)
    throw new Error(`${url} answered with status ${response.statusCode}.`);
}

function hostOf({ HOST, PORT }: Pick<Settings, 'HOST' | 'PORT'>): string {
  const name = loopback[HOST] ?? HOST;
  return `${isIPv6(name) ? `[${name}]` : name}:${PORT}`;
}
