import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import http from 'node:http';
import https, { type RequestOptions } from 'node:https';
import { isIPv6 } from 'node:net';
import { readPem } from './pem.js';
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
  const request = settings.HTTPS
    ? https.get(url, { ...trustOf(settings), signal })
    : http.get(url, { signal });
  const [response] = await once(request, 'response');
  response.resume();
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}.`);
}

function hostOf({ HOST, PORT }: Pick<Settings, 'HOST' | 'PORT'>): string {
  const name = loopback[HOST] ?? HOST;
  return `${isIPv6(name) ? `[${name}]` : name}:${PORT}`;
}

/**
 * Trusts the certificate of the service and no other. It need not come from an authority that this
 * machine knows, nor name the loopback: it is in our own settings.
 */
function trustOf({ CERT_KEY }: Pick<Settings, 'CERT_KEY'>): RequestOptions {
  const pem = readPem('CERT_KEY', CERT_KEY);
  const own = new X509Certificate(pem);
  return {
    ca: pem,
    allowPartialTrustChain: true,
    checkServerIdentity: (_host, { raw }) =>
      raw.equals(own.raw) ? undefined : new Error(`The service does not show ${CERT_KEY}.`),
  };
}
