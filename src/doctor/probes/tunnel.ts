import type { Target } from '../evidence.js';
import { bareHost, bracketed, parseUrl } from '../../core/hosts.js';
import { isLoopbackHost } from '../../core/loopback.js';
import { portOf } from '../../core/ports.js';
import type { TunnelEvidence } from '../upgrade-evidence.js';
import { openPlain, type Way } from './connect.js';
import { lookUpHost } from './dns.js';
import { parseAnswer } from './http.js';
import { wireOf } from './wire.js';

type Environment = Record<string, string | undefined>;

/** The variables by which programs find a proxy, the more specific first. */
const variables = {
  wss: ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
  ws: ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
};

/** Whether an entry of NO_PROXY is about this host: a name with all below it, also with a port. */
function isExcepted(entry: string, { host, port }: Pick<Target, 'host' | 'port'>): boolean {
  const [, name = '', number] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.trim().toLowerCase()) ?? [];
  const isPort = number === undefined || Number(number) === port;
  return (
    entry.trim() === '*' || (isPort && name !== '' && `.${bareHost(host)}`.endsWith(`.${name}`))
  );
}

/**
 * @returns the variable that makes browsers and curl use a proxy for this host; they never use one for
 * a loopback address
 */
export function proxyVariableFor(target: Target, env: Environment): string | undefined {
  const excepted = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(',');
  if (isLoopbackHost(target.host) || excepted.some((entry) => isExcepted(entry, target))) {
    return undefined;
  }
  return variables[target.secure ? 'wss' : 'ws'].find((name) => (env[name] ?? '') !== '');
}

function urlIn(text: string): URL | undefined {
  return parseUrl(text.includes('://') ? text : `http://${text}`);
}

/** User name and password for the proxy, as it expects them. */
function credentialsOf({ username, password }: URL): string[] {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return username === ''
    ? []
    : [`Proxy-Authorization: Basic ${Buffer.from(pair).toString('base64')}`];
}

/** Asks the proxy of the environment for a tunnel to the server, as browsers do (RFC 9110, 9.3.6). */
export async function askTunnel(
  target: Target,
  way: Omit<Way, 'address'>,
  env: Environment,
): Promise<TunnelEvidence | undefined> {
  const variable = proxyVariableFor(target, env);
  const url = variable === undefined ? undefined : urlIn(env[variable] ?? '');
  if (variable === undefined || url === undefined) {
    return undefined;
  }
  const proxy = url.host;
  if (url.protocol !== 'http:') {
    return { variable, proxy, end: 'open' };
  }
  const [first] = (await lookUpHost(bareHost(url.hostname), way.limit)).addresses;
  if (first === undefined) {
    return { variable, proxy, end: 'timeout' };
  }
  const opened = await openPlain({ ...way, address: first.address, port: portOf(url) });
  if ('failure' in opened) {
    return { variable, proxy, end: opened.failure.code === 'TIMEOUT' ? 'timeout' : 'reset' };
  }
  const wire = wireOf(opened.socket, way.cancel);
  const authority = `${bracketed(target.host)}:${target.port}`;
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`, ...credentialsOf(url)];
  wire.write(`${lines.join('\r\n')}\r\n\r\n`);
  const { bytes, end } = await wire.read((some) => parseAnswer(some) !== undefined, way.limit);
  wire.close();
  const status = parseAnswer(bytes)?.status;
  return { variable, proxy, end, ...(status === undefined ? {} : { status }) };
}
