import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { judgeSettings } from '../../templates/src/settings.js';
import { originOf } from '../core/hosts.js';
import { isLoopbackHost } from '../core/loopback.js';
import { hostFor, networkAddresses } from '../core/other-devices.js';
import { pairPaths } from '../core/paths.js';
import { localProxyPort } from '../core/ports.js';
import { readIfExists } from '../io/environment.js';

/** What a certificate means for the service of a project. */
interface Service {
  /** The port of its page, or of its local proxy. */
  port: number;
  /** What its settings need for the names: sentences. */
  warnings: string[];
}

function settingsIn(directory: string) {
  const files = ['.env', '.env.example'].map((name) => readIfExists(join(directory, name)));
  return judgeSettings(process.env, parseEnv(files.find((text) => text !== undefined) ?? ''));
}

/** Where to set a variable: the environment overrides `.env`. */
function setIn(name: string, value: string): string {
  const where = process.env[name] === undefined ? '.env' : 'the environment';
  return `In ${where}, set ${name}=${value}`;
}

function originWarnings(pages: string[], domains: string[]): string[] {
  const missing = pages.filter((page) => !domains.includes(page));
  const all = [...domains, ...missing].join(',');
  return missing.length === 0
    ? []
    : [`The service refuses pages from ${missing.join(', ')}. ${setIn('DOMAINS', all)}`];
}

/** @returns a warning if the service of a project has another certificate */
export function otherCertificate(directory: string): string[] {
  const { HTTPS, CERT_KEY } = settingsIn(directory).settings;
  return HTTPS && resolve(directory, CERT_KEY) !== join(directory, pairPaths.certFile)
    ? [
        `The service does not use this certificate. ${setIn('CERT_KEY', pairPaths.certFile)}, or keep its own: ${CERT_KEY}.`,
      ]
    : [];
}

/**
 * @returns the port of a project's page, and why its service would refuse pages with these names;
 * undefined if its pages need no certificate
 */
export function serviceFor(directory: string, hosts: string[]): Service | undefined {
  const { HTTPS, TRUST_PROXY, DOMAINS, HOST, PORT } = settingsIn(directory).settings;
  const isProxied = !HTTPS && TRUST_PROXY.length > 0;
  const port = isProxied ? localProxyPort : PORT;
  if (!HTTPS && !isProxied) {
    return undefined;
  }
  const pages = hosts.filter((host) => !host.startsWith('*.'));
  const origins = pages.map((host) => originOf('https', host, port));
  const addresses = networkAddresses(pages);
  const isLocal = isProxied || isLoopbackHost(HOST);
  const fix = isProxied
    ? 'Change the addresses on which the local proxy listens, in proxy/.'
    : setIn('HOST', hostFor(addresses));
  const unreachable = `Other devices cannot reach ${addresses.join(', ')}. ${fix}`;
  return {
    port,
    warnings: [
      ...originWarnings(origins, DOMAINS),
      ...(isLocal && addresses.length > 0 ? [unreachable] : []),
    ],
  };
}
