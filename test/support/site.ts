import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { caOf, issue } from './authority.js';
import { freePort, start, type Running } from './running.js';
import type { Sandbox } from './sandbox.js';

/** The domain of the sites that the tests start. */
export const domain = 'chat.example.com';

/** A production site in its real proxy, on free ports. */
export interface Site {
  proxy: Running;
  plainPort: number;
  securePort: number;
}

interface Start {
  place: Sandbox;
  /** The site file of a project, with its upstream. */
  text: string;
}

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Starts nginx with only this site. */
export async function startNginx({ place, text }: Start): Promise<Site> {
  const [plainPort, securePort] = [await freePort(), await freePort()];
  const { keyFile, certFile } = issue(place, [domain]);
  const folder = join(place.folder, `nginx ${plainPort}`);
  mkdirSync(folder);
  const site = text
    .replaceAll(/ *listen \[::\].*\n/g, '')
    .replace('listen 80;', `listen 127.0.0.1:${plainPort};`)
    .replace('listen 443 ssl;', `listen 127.0.0.1:${securePort} ssl;`)
    .replace(/ssl_certificate .*;/, `ssl_certificate "${certFile}";`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key "${keyFile}";`);
  const paths = temporary.map((name) => `${name}_temp_path "${folder}/${name}";`).join('\n');
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off;\npid "${folder}/pid";\nevents {}\nhttp {\naccess_log off;\n${paths}\n${site}}\n`,
  );
  const command = ['nginx', '-e', 'stderr', '-c', config];
  const proxy = await start(command, { cwd: folder, env: place.env, port: securePort });
  return { proxy, plainPort, securePort };
}

/** Starts Caddy with a Caddyfile that imports this site. */
export async function startCaddy({ place, text }: Start): Promise<Site> {
  const [plainPort, securePort] = [await freePort(), await freePort()];
  const { keyFile, certFile } = issue(place, [domain]);
  const folder = join(place.folder, `caddy ${plainPort}`);
  mkdirSync(join(folder, 'sites'), { recursive: true });
  const local = `bind 127.0.0.1\n\ttls "${certFile}" "${keyFile}"`;
  writeFileSync(join(folder, 'sites/chat.caddy'), text.replace(' {\n', ` {\n\t${local}\n`));
  const config = join(folder, 'Caddyfile');
  const ports = `http_port ${plainPort}\n\thttps_port ${securePort}`;
  const options = `{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n\t${ports}\n}\n`;
  writeFileSync(config, `${options}import sites/*.caddy\n`);
  const command = ['caddy', 'run', '--adapter', 'caddyfile', '--config', config];
  const proxy = await start(command, { cwd: folder, env: place.env, port: securePort });
  return { proxy, plainPort, securePort };
}

/** What a service receives of a request. */
export interface Seen {
  /** The address of the service. */
  instance: string;
  headers: IncomingHttpHeaders;
}

/**
 * A service that returns what it has received, in responses and in the first message of a
 * WebSocket.
 */
export async function startUpstream(instance: string, port: number): Promise<Server> {
  const said = (headers: IncomingHttpHeaders): string => JSON.stringify({ instance, headers });
  const server = createServer(({ headers }, response) => response.end(said(headers)));
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, { headers }) => socket.send(said(headers)));
  server.listen(port, instance);
  await once(server, 'listening');
  return server;
}

interface Asked {
  site: Site;
  place: Sandbox;
  headers?: Record<string, string>;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** @returns the response to a request over verified TLS; undefined if the connection is closed */
export async function askSecure(asked: Asked): Promise<Answer | undefined> {
  const { site, place, headers = {} } = asked;
  const request = requestTls({
    host: '127.0.0.1',
    port: site.securePort,
    servername: domain,
    ca: caOf(place),
    headers: { host: domain, ...headers },
    agent: false,
    timeout: 10_000,
  });
  request.end();
  try {
    const [response] = await once(request, 'response');
    const chunks: Buffer[] = await response.toArray();
    const body = Buffer.concat(chunks).toString();
    return { status: response.statusCode, headers: response.headers, body };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') {
      return undefined;
    }
    throw error;
  }
}

/** @returns what the service has received, as the proxy forwards a request */
export async function seenBy(asked: Asked): Promise<Seen> {
  const answer = await askSecure(asked);
  return JSON.parse(answer?.body ?? '');
}

/** @returns the complete response over plain HTTP to a request with this Host */
export async function askPlain({ plainPort }: Site, host: string): Promise<string> {
  const socket = connect(plainPort, '127.0.0.1');
  socket.end(`GET /x?y=1 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const chunks: Buffer[] = await socket.toArray();
  return Buffer.concat(chunks).toString();
}
