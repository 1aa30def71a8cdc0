import { createServer as createPlain, type IncomingMessage } from 'node:http';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from '../../../src/io/programs.js';
import { root } from '../../support/cli.js';
import { freePort, start, type Running } from '../../support/running.js';
import { secureEcho, withSockets } from '../echo.js';
import { at, type Call, type Scene } from '../scene.js';
import { knowing } from '../network.js';
import type { Repair } from './repair.js';

/** What stands in the configuration of a proxy. */
interface Setup {
  folder: string;
  port: number;
  /** The address of the service, without its scheme. */
  upstream: string;
  /** Lines about the upgrade. */
  upgrade: string[];
  /** Other lines. */
  more: string[];
}

type Lines = Pick<Setup, 'upgrade' | 'more'>;

/** Lines that are wrong, and how the words of the fix become lines. */
interface Fault {
  wrong: string[];
  words: RegExp;
  lines: (words: string[]) => string[];
}

interface Proxy {
  name: string;
  /** The program, and its arguments: for `FILE` the path of the configuration is put in. */
  command: (setup: Setup) => string[];
  config: (setup: Setup) => string;
  upgrade: Fault;
  /** Lines that forward the upgrade. */
  right: string[];
  /** Warnings that its own settings give. */
  left?: string[];
  idle?: Fault;
  /** For large headers. */
  headers?: Fault;
  /** Lines that remove the Origin header. */
  origin?: string[];
}

/** The groups of the expression. */
function groups([, ...found]: string[]): string[] {
  return found;
}

/** Without the lines that name one of the headers. */
function without(wrong: string[]) {
  return (words: string[]): string[] =>
    wrong.filter((line) => !groups(words).some((name) => line.includes(name)));
}

const apacheModules = ['mpm_event', 'authz_core', 'headers', 'proxy', 'proxy_http'];
const haproxyWrong = [
  'http-request del-header Upgrade',
  'http-request set-header Connection close',
];
const caddyWrong = ['header_up -Upgrade', 'header_up Connection close'];

const nginx: Proxy = {
  name: 'nginx',
  command: () => ['nginx', '-c', 'FILE', '-e', 'stderr'],
  config: ({ folder, port, upstream, upgrade, more }) => `daemon off; master_process off;
pid ${folder}/pid; error_log stderr crit;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server { listen 127.0.0.1:${port}; ${more.join(' ')} location / { proxy_pass http://${upstream}; ${upgrade.join(' ')} } }
}`,
  upgrade: { wrong: [], words: /add to the location:\n([^]*)$/, lines: groups },
  right: [
    'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
  ],
  idle: {
    wrong: ['proxy_read_timeout 2s;'],
    words: /nginx: `(proxy_read_timeout [^`]+)`/,
    lines: groups,
  },
  headers: {
    wrong: ['large_client_header_buffers 4 4k;'],
    words: /nginx: `(large_client_header_buffers [^`]+)`/,
    lines: groups,
  },
  origin: ['proxy_set_header Origin "";'],
};

const caddy: Proxy = {
  name: 'caddy',
  command: () => ['caddy', 'run', '--adapter', 'caddyfile', '--config', 'FILE'],
  config: ({ port, upstream, upgrade, more }) => `{
	admin off
	auto_https off
}
http://localhost:${port} {
	reverse_proxy ${upstream} {
		${[...upgrade, ...more].join('\n\t\t')}
	}
}
`,
  upgrade: {
    wrong: caddyWrong,
    words: /remove header_up lines for (Upgrade) and (Connection)/,
    lines: without(caddyWrong),
  },
  origin: ['header_up -Origin'],
  right: [],
};

const squid: Proxy = {
  name: 'squid',
  command: () => ['squid', '-N', '-f', 'FILE'],
  config: ({
    port,
    upstream,
    upgrade,
    more,
  }) => `http_port 127.0.0.1:${port} accel no-vhost defaultsite=localhost
cache_peer 127.0.0.1 parent ${upstream.split(':')[1]} 0 no-query no-digest originserver
http_access allow all
cache deny all
access_log none
cache_log stdio:/dev/null
pid_filename none
memory_cache_shared off
shutdown_lifetime 1 second
${[...upgrade, ...more].join('\n')}
`,
  upgrade: {
    wrong: [],
    words: /In Squid 5 or newer, add:\n(.*)$/,
    lines: groups,
  },
  right: ['http_upgrade_request_protocols websocket allow all'],
  idle: {
    wrong: ['read_timeout 2 seconds'],
    words: /Squid: `([^`]+)` and `([^`]+)`/,
    lines: groups,
  },
};

const proxies: Proxy[] = [
  nginx,
  squid,
  {
    name: 'apache2',
    command: () => ['apache2', '-f', 'FILE', '-DFOREGROUND'],
    config: ({ folder, port, upstream, upgrade, more }) => `ServerRoot /usr/lib/apache2
ServerName localhost
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
Mutex file:${folder} default
User nobody
Group nogroup
Listen 127.0.0.1:${port}
${apacheModules.map((name) => `LoadModule ${name}_module modules/mod_${name}.so`).join('\n')}
${[...more, ...upgrade].join('\n')}
ProxyPass / http://${upstream}/
`,
    upgrade: {
      wrong: [],
      words: /before other ProxyPass lines:\n(ProxyPass .*)$/,
      lines: groups,
    },
    right: ['ProxyPass /live http://HOST:PORT/live upgrade=websocket'],
    idle: {
      wrong: ['Timeout 2'],
      words: /Apache: `(Timeout [^`]+)`/,
      lines: groups,
    },
    headers: {
      wrong: ['LimitRequestFieldSize 4000'],
      words: /Apache: `(LimitRequestFieldSize [^`]+)`/,
      lines: groups,
    },
    origin: ['RequestHeader unset Origin'],
  },
  {
    name: 'lighttpd',
    command: () => ['lighttpd', '-D', '-f', 'FILE'],
    config: ({ folder, port, upstream, upgrade, more }) => `server.document-root = "${folder}"
server.bind = "127.0.0.1"
server.port = ${port}
server.modules = ( "mod_proxy" )
proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => ${upstream.split(':')[1]} )))
${[...upgrade, ...more].join('\n')}
`,
    upgrade: { wrong: [], words: /In lighttpd, set:\n(.*)$/, lines: groups },
    right: ['proxy.header = ( "upgrade" => "enable" )'],
    left: ['headers-too-large'],
    idle: {
      wrong: ['server.max-read-idle = 2', 'server.max-write-idle = 2'],
      words: /lighttpd: `([^`]+)` and `([^`]+)`/,
      lines: groups,
    },
    headers: {
      wrong: [],
      words: /lighttpd: `(server\.max-request-field-size [^`]+)`/,
      lines: groups,
    },
  },
  {
    name: 'h2o',
    command: () => ['h2o', '-m', 'worker', '-c', 'FILE'],
    config: ({ folder, port, upstream, upgrade, more }) => `pid-file: ${folder}/pid
error-log: ${folder}/error.log
num-threads: 1
${process.getuid?.() === 0 ? 'user: root' : ''}
hosts:
  "localhost:${port}":
    listen: { host: 127.0.0.1, port: ${port} }
    ${[...upgrade, ...more].join('\n    ')}
    paths: { "/": { proxy.reverse.url: "http://${upstream}/" } }
`,
    upgrade: { wrong: [], words: /In h2o, set:\n(.*)$/, lines: groups },
    right: ['proxy.websocket: ON'],
    idle: {
      wrong: ['proxy.websocket.timeout: 2000'],
      words: /h2o: `(proxy\.websocket\.timeout[^`]+)`/,
      lines: groups,
    },
  },
  {
    name: 'varnishd',
    command: ({ folder, port, more }) =>
      `varnishd -F -a 127.0.0.1:${port} -f FILE -n ${folder}/state -s malloc,16m -j none ${more.join(' ')}`
        .trim()
        .split(' '),
    config: ({ upstream, upgrade: [receive = '', pipe = ''] }) => `vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${upstream.split(':')[1]}"; }
sub vcl_recv { ${receive} }
sub vcl_pipe { ${pipe} }
`,
    upgrade: {
      wrong: [],
      words: /sub vcl_recv \{ (.*) \}\nsub vcl_pipe \{ (.*) \}$/,
      lines: groups,
    },
    right: [
      'if (req.http.upgrade) { return (pipe); }',
      'set bereq.http.upgrade = req.http.upgrade; set bereq.http.connection = req.http.connection;',
    ],
    idle: {
      wrong: ['-p pipe_timeout=2'],
      words: /Varnish: `(-p pipe_timeout=[^`]+)`/,
      lines: groups,
    },
    headers: {
      wrong: ['-p http_req_hdr_len=4k'],
      words: /Varnish: `(-p http_req_hdr_len[^`]+)`/,
      lines: groups,
    },
  },
  {
    name: 'haproxy',
    command: () => ['haproxy', '-db', '-f', 'FILE'],
    config: ({ port, upstream, upgrade, more }) => `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  ${more.join('\n  ')}
frontend all
  bind 127.0.0.1:${port}
  ${upgrade.join('\n  ')}
  default_backend service
backend service
  server one ${upstream}
`,
    upgrade: {
      wrong: haproxyWrong,
      words: /HAProxy[^.:]*: nothing that changes (Upgrade) or (Connection)/,
      lines: without(haproxyWrong),
    },
    right: [],
    origin: ['http-request del-header Origin'],
    idle: {
      wrong: ['timeout tunnel 2s'],
      words: /HAProxy: `(timeout tunnel [^`]+)`/,
      lines: groups,
    },
  },
  caddy,
];

/** Starts a program in front of the service, until the scene ends. */
async function run(scene: Scene, { name, command, config }: Proxy, setup: Setup): Promise<Running> {
  const { folder, port } = setup;
  const path = join(folder, 'config').slice(scene.sandbox.home.length);
  const file = scene.file(path, config(setup).replaceAll('HOST:PORT', setup.upstream));
  const { env } = scene.sandbox;
  const words = command(setup).map((word) => word.replace('FILE', file));
  const program = findProgram(words[0] ?? name) ?? `/usr/sbin/${name}`;
  const running = await start([program, ...words.slice(1)], { cwd: folder, env, port });
  scene.later(() => running.stop());
  return running;
}

function setupFor(scene: Scene, port: number, lines: Lines, upstream: string): Setup {
  const folder = join(scene.sandbox.home, `proxy-${port}`);
  mkdirSync(folder, { recursive: true });
  return { folder, port, upstream, ...lines };
}

/** Pages of every port may open a socket: the proxy moves. */
function isLocal({ origin }: { origin?: string }): boolean {
  return origin?.startsWith('http://localhost:') === true;
}

/** A service that demands the upgrade, as a generated one does. */
async function service(scene: Scene, verifyClient = isLocal): Promise<string> {
  const server = createPlain(({ httpVersion, headers }, response) => {
    const { upgrade = null, connection = null } = headers;
    response.writeHead(426, { 'content-type': 'application/json', upgrade: 'websocket' });
    response.end(JSON.stringify({ seen: { httpVersion, upgrade, connection } }));
  });
  return `127.0.0.1:${await scene.listen(withSockets(server, { verifyClient }))}`;
}

/** A service that refuses like a generated one. */
async function strict(scene: Scene): Promise<string> {
  const body = 'The handshake has no Origin header.';
  const server = withSockets(createPlain(), {
    verifyClient: (
      { req }: { req: IncomingMessage },
      done: (ok: boolean, status?: number, text?: string) => void,
    ) => (req.headers.origin === undefined ? done(false, 403, body) : done(true)),
  });
  return `127.0.0.1:${await scene.listen(server)}`;
}

interface Kind {
  code: string;
  /** Starts the service. Returns its address. */
  behind?: (scene: Scene) => Promise<string>;
  left?: string[];
  fault: Fault;
  lines: (own: string[]) => Lines;
  args?: string[];
}

/** A proxy with wrong lines, in whose place the words of the fix are typed. */
function typed(
  proxy: Proxy,
  { code, fault, lines, args = [], behind: serve = service, left = [] }: Kind,
): Repair {
  return {
    name: `${proxy.name}: ${code}`,
    code,
    needs: [proxy.name],
    words: fault.words,
    left: [...left, ...(proxy.left ?? []).filter((own) => own !== code)],
    build: async (scene) => {
      const upstream = await serve(scene);
      const behind = async (own: string[]): Promise<Call> => {
        const port = await freePort();
        const setup = setupFor(scene, port, lines(own), upstream);
        await run(scene, proxy, setup);
        return at(`ws://localhost:${port}/live`, ...args);
      };
      return {
        call: await behind(fault.wrong),
        type: (words) => behind(fault.lines(words)),
      };
    },
  };
}

const upgrades = proxies.map((proxy) =>
  typed(proxy, {
    code: 'upgrade-stripped',
    fault: proxy.upgrade,
    lines: (upgrade) => ({ upgrade, more: [] }),
  }),
);

/** The repairs of one kind, for each proxy that has lines for it. */
function each(code: string, kind: 'idle' | 'headers', args: string[] = []): Repair[] {
  return proxies.flatMap((proxy) => {
    const { [kind]: fault, right } = proxy;
    const lines = (more: string[]): Lines => ({ upgrade: right, more });
    return fault === undefined ? [] : [typed(proxy, { code, fault, lines, args })];
  });
}

/** What removes Origin is removed. */
const origins = proxies.flatMap((proxy) => {
  const { origin: wrong, right } = proxy;
  const words =
    /remove what changes it \(nginx: ([\w-]+), Apache: ([\w-]+), HAProxy: ([\w-]+), Caddy: ([\w-]+)\)/;
  return wrong === undefined
    ? []
    : [
        typed(proxy, {
          code: 'forbidden',
          fault: { wrong, words, lines: without(wrong) },
          lines: (own) => ({ upgrade: [...right, ...own], more: [] }),
          behind: strict,
          left: ['origin-unchecked'],
        }),
      ];
});

/** A program in Node.js that forwards to the service, with the words of a fix in its options. */
interface Script {
  name: string;
  text: (setup: Setup, typed: string) => string;
  arguments?: string[];
}

const load = `import { createRequire } from 'node:module';
const require = createRequire(${JSON.stringify(join(root, 'package.json'))});`;

const vite: Script = {
  name: 'Vite',
  arguments: [join(root, 'node_modules/vite/bin/vite.js'), '--config'],
  text: ({ port, upstream, folder }, more) => `export default {
  root: ${JSON.stringify(folder)},
  logLevel: 'silent',
  server: {
    host: '127.0.0.1',
    port: ${port},
    strictPort: true,
    proxy: { '/live': { target: 'http://${upstream}', ${more} } },
  },
};`,
};

const webpack: Script = {
  name: 'http-proxy-middleware, as webpack-dev-server uses it',
  text: ({ port, upstream }, more) => `${load}
import { createServer } from 'node:http';
const { createProxyMiddleware } = require('http-proxy-middleware');
const options = { target: 'http://${upstream}', ${more} };
const proxy = createProxyMiddleware(options);
const server = createServer((request, response) => proxy(request, response, () => response.end()));
if (options.ws) server.on('upgrade', proxy.upgrade);
server.listen(${port}, '127.0.0.1');`,
};

const fastifyProxy: Script = {
  name: '@fastify/http-proxy',
  text: ({ port, upstream }, more) => `${load}
const app = require('fastify')();
app.register(require('@fastify/http-proxy'), { upstream: 'http://${upstream}', ${more} });
await app.listen({ port: ${port}, host: '127.0.0.1' });`,
};

interface Development {
  name?: string;
  code: string;
  script: Script;
  wrong?: string;
  words: RegExp;
  /** Words that stay in place. */
  kept?: string;
  left?: string[];
  verifyClient?: typeof isLocal;
}

/** A program of npm in front of the service. */
function development({
  script,
  wrong = '',
  kept = '',
  verifyClient,
  ...repair
}: Development): Repair {
  return {
    ...repair,
    name: `${script.name}: ${repair.name ?? repair.code}`,
    build: async (scene) => {
      const upstream = await service(scene, verifyClient);
      const behind = async (words: string): Promise<Call> => {
        const port = await freePort();
        const lines = { upgrade: [], more: [] };
        const setup = setupFor(scene, port, lines, upstream);
        const path = join(setup.folder, 'config.mjs').slice(scene.sandbox.home.length);
        const file = scene.file(path, script.text(setup, words));
        const { env } = scene.sandbox;
        const command = [process.execPath, ...(script.arguments ?? []), file];
        const running = await start(command, { cwd: dirname(file), env, port });
        scene.later(() => running.stop());
        return at(`ws://localhost:${port}/live`);
      };
      return {
        call: await behind(kept + wrong),
        type: async (words) => behind(kept + groups(words).join(', ')),
      };
    },
  };
}

const developments: Repair[] = [
  development({
    script: vite,
    code: 'upgrade-stripped',
    words: /Vite[^:]*: `?(ws: true)/,
  }),
  development({
    script: webpack,
    code: 'upgrade-stripped',
    words: /webpack[^:]*: `?(ws: true)/,
  }),
  development({
    script: fastifyProxy,
    code: 'upgrade-stripped',
    words: /@fastify\/http-proxy: `?(websocket: true)/,
    left: ['origin-unchecked'],
    verifyClient: () => true,
  }),
  development({
    script: fastifyProxy,
    code: 'handler-died',
    kept: 'websocket: true, ',
    words: /In @fastify\/http-proxy, forward Origin: `([^`]+)`/,
  }),
];

/** nginx that forwards the upgrade to a URL. */
function nginxTo(scene: Scene, port: number, upstream: URL): Promise<Running> {
  const lines = { upgrade: nginx.right, more: [] };
  const setup = setupFor(scene, port, lines, upstream.host);
  const config = (given: Setup): string =>
    nginx.config(given).replace('proxy_pass http:', `proxy_pass ${upstream.protocol}`);
  return run(scene, { ...nginx, config }, setup);
}

const needs = ['nginx'];

const paths: Repair[] = [
  {
    name: 'nginx does not reach the service',
    code: 'proxy-upstream-down',
    needs,
    words: /Start the service/,
    build: async (scene) => {
      const [port, upstream] = [await freePort(), await freePort()];
      await nginxTo(scene, port, new URL(`http://127.0.0.1:${upstream}`));
      return {
        call: at(`ws://localhost:${port}/live`),
        type: async () => {
          const server = withSockets(createPlain(), { verifyClient: isLocal });
          await scene.listen(server, '127.0.0.1', upstream);
        },
      };
    },
  },
  {
    name: 'nginx speaks plain HTTP to a service with TLS',
    code: 'proxy-upstream-down',
    needs,
    words:
      /compare its address, port and scheme \(http:\/\/ or (https:\/\/)\) with the proxy's upstream/,
    build: async (scene) => {
      const server = secureEcho(scene.leaf, { verifyClient: isLocal });
      const upstream = `127.0.0.1:${await scene.listen(server)}`;
      const behind = async (scheme: string): Promise<Call> => {
        const port = await freePort();
        await nginxTo(scene, port, new URL(scheme + upstream));
        return at(`ws://localhost:${port}/live`);
      };
      return { call: await behind('http://'), type: ([, scheme = '']) => behind(scheme) };
    },
  },
  {
    name: 'Squid has no site',
    code: 'proxy-unknown-host',
    needs: ['squid'],
    words: /write (defaultsite=\S+) after (accel) in http_port/,
    build: async (scene) => {
      const upstream = await service(scene);
      const serve = async (site: string): Promise<Call> => {
        const port = await freePort();
        const lines = { upgrade: squid.right, more: [] };
        const config = (given: Setup): string =>
          squid.config(given).replace('defaultsite=localhost', site);
        await run(scene, { ...squid, config }, setupFor(scene, port, lines, upstream));
        return at(`ws://localhost:${port}/live`);
      };
      return { call: await serve(''), type: ([, site = '']) => serve(site) };
    },
  },
  {
    name: 'Caddy has no site for the host name',
    code: 'proxy-unknown-host',
    needs: ['caddy'],
    words: /Compare the addresses of the sites in the Caddyfile with (\S+), and/,
    build: async (scene) => {
      const upstream = await service(scene);
      const serve = async (host: string): Promise<Call> => {
        const port = await freePort();
        const setup = setupFor(scene, port, { upgrade: [], more: [] }, upstream);
        const config = (given: Setup): string =>
          caddy.config(given).replace('http://localhost', `http://${host}`);
        await run(scene, { ...caddy, config }, setup);
        const named = knowing(scene, { 'chat.test': ['127.0.0.1'] });
        return { ...at(`ws://chat.test:${port}/live`, '--origin', 'http://localhost:1'), ...named };
      };
      return { call: await serve('localhost'), type: ([, host = '']) => serve(host) };
    },
  },
];

export const proxyRepairs: Repair[] = [
  upgrades,
  each('idle-timeout', 'idle', ['--idle', '4']),
  each('headers-too-large', 'headers'),
  origins,
  developments,
  paths,
].flat();
