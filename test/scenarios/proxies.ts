import { once } from 'node:events';
import { createServer as createPlain } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer as createTls, type Server as TlsServer } from 'node:tls';
import fastifyWebsocket from '@fastify/websocket';
import fastify from 'fastify';
import { Server as SocketIo } from 'socket.io';
import { createSecureServer } from 'node:http2';
import { WebSocketServer } from 'ws';
import { findProgram } from '../../src/io/programs.js';
import { freePort, start } from '../support/running.js';
import { plainEcho, secureEcho, withSockets } from './echo.js';
import { at, type Call, type Scenario, type Scene } from './scene.js';

/** The directives of nginx that forward an upgrade. */
const passing = `proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $http_host;`;

interface Site {
  /** Directives inside the location. */
  location: string;
  /** Directives next to the location. */
  server?: string;
  /** Additional servers. */
  more?: string;
}

/** Starts a real nginx with one TLS site, and returns its port. */
async function nginx(scene: Scene, { location, server = '', more = '' }: Site): Promise<number> {
  const port = await freePort();
  const folder = join(scene.sandbox.home, `nginx-${port}`);
  const [cert, key] = pemFiles(scene);
  const config = scene.file(
    `nginx-${port}/nginx.conf`,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
  uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
  server {
    listen 127.0.0.1:${port} ssl; server_name localhost;
    ssl_certificate ${cert}; ssl_certificate_key ${key}; ${server}
    location / { ${location} }
  }
  ${more}
}`,
  );
  await run(scene, ['nginx', '-c', config, '-e', 'stderr'], port);
  return port;
}

function pemFiles({ file, leaf }: Scene): [string, string] {
  return [file('leaf.pem', leaf.cert), file('leaf-key.pem', leaf.key)];
}

/** Starts a server program, until the scenario ends. */
async function run(scene: Scene, [name = '', ...words]: string[], port: number): Promise<void> {
  const { folder, env } = scene.sandbox;
  const program = findProgram(name) ?? `/usr/sbin/${name}`;
  const running = await start([program, ...words], { cwd: folder, env, port });
  scene.later(() => running.stop());
}

/** Starts a real Caddy with one site, and returns its port. */
async function caddy(scene: Scene, site: (port: number) => string): Promise<number> {
  const port = await freePort();
  const config = scene.file(
    `Caddyfile-${port}`,
    `{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n${site(port)}\n`,
  );
  await run(scene, ['caddy', 'run', '--adapter', 'caddyfile', '--config', config], port);
  return port;
}

function url(port: number, path = '/live'): Call {
  return at(`wss://localhost:${port}${path}`);
}

/** A service behind a proxy. It accepts pages from any port of localhost. */
function service(): ReturnType<typeof plainEcho> {
  return plainEcho({
    verifyClient: ({ origin }: { origin: string }) => origin.startsWith('https://localhost:'),
  });
}

/** A Fastify service with a WebSocket at /live. */
async function fastifyService(scene: Scene): Promise<number> {
  const app = fastify();
  await app.register(fastifyWebsocket);
  app.get('/live', { websocket: true }, () => undefined);
  await app.ready();
  return scene.listen(app.server);
}

/** A proxy that terminates TLS and only forwards bytes, like stunnel. */
function forwarding({ leaf }: Scene, upstream: number): TlsServer {
  return createTls({ cert: leaf.cert, key: leaf.key }, (socket) => {
    const behind = connect(upstream, '127.0.0.1');
    behind.on('error', () => socket.destroy());
    socket.on('error', () => behind.destroy());
    behind.on('close', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  });
}

const nginxNeeds = { needs: ['nginx'] };
const caddyNeeds = { needs: ['caddy'] };

export const proxyScenarios: Scenario[] = [
  {
    name: 'a proxy that only forwards bytes does not reach the service',
    codes: ['proxy-upstream-down'],
    likely: true,
    build: async (scene) => url(await scene.listen(forwarding(scene, await freePort()))),
  },
  {
    name: 'a proxy that only forwards bytes terminates TLS in front of a TLS service',
    codes: ['proxy-upstream-scheme'],
    build: async (scene) => {
      const upstream = await scene.listen(secureEcho(scene.leaf));
      return url(await scene.listen(forwarding(scene, upstream)));
    },
  },
  {
    name: 'a proxy writes a line of the PROXY protocol to a service that does not expect it',
    codes: ['proxy-upstream-scheme'],
    likely: true,
    build: async (scene) => {
      const upstream = await fastifyService(scene);
      const server = createTls({ cert: scene.leaf.cert, key: scene.leaf.key }, (socket) => {
        const behind = connect(upstream, '127.0.0.1');
        behind.write('PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n');
        socket.on('error', () => behind.destroy());
        behind.on('error', () => socket.destroy());
        socket.pipe(behind).pipe(socket);
      });
      return url(await scene.listen(server));
    },
  },
  {
    name: 'nginx forwards the upgrade',
    codes: ['healthy'],
    ...nginxNeeds,
    build: async (scene) => {
      const upstream = await scene.listen(service());
      return url(
        await nginx(scene, { location: `proxy_pass http://127.0.0.1:${upstream}; ${passing}` }),
      );
    },
  },
  {
    name: 'nginx drops the upgrade, in front of Fastify',
    codes: ['upgrade-stripped'],
    likely: true,
    ...nginxNeeds,
    build: async (scene) => {
      const upstream = await fastifyService(scene);
      return url(await nginx(scene, { location: `proxy_pass http://127.0.0.1:${upstream};` }));
    },
  },
  {
    name: 'nginx drops the upgrade, in front of ws',
    codes: ['upgrade-stripped'],
    likely: true,
    ...nginxNeeds,
    build: async (scene) => {
      const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      scene.later(() => sockets.close());
      await once(sockets, 'listening');
      const address = sockets.address();
      const upstream = typeof address === 'object' ? address?.port : 0;
      return url(await nginx(scene, { location: `proxy_pass http://127.0.0.1:${upstream};` }));
    },
  },
  {
    name: 'nginx drops the upgrade, and the service of ws answers other requests itself',
    codes: ['upgrade-stripped'],
    likely: true,
    ...nginxNeeds,
    build: async (scene) => {
      const server = createPlain((_request, response) =>
        response.writeHead(404, { 'content-type': 'text/plain' }).end('Not Found'),
      );
      const upstream = await scene.listen(withSockets(server));
      return url(await nginx(scene, { location: `proxy_pass http://127.0.0.1:${upstream};` }));
    },
  },
  {
    name: 'nginx forwards the upgrade, and the service has no socket at the path',
    codes: ['wrong-path'],
    ...nginxNeeds,
    build: async (scene) => {
      const server = createPlain((_request, response) => response.writeHead(200).end('Welcome'));
      server.on('upgrade', (_request, socket) =>
        socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nNot Found'),
      );
      const upstream = await scene.listen(server);
      return url(
        await nginx(scene, { location: `proxy_pass http://127.0.0.1:${upstream}; ${passing}` }),
      );
    },
  },
  {
    name: 'nginx does not reach the service',
    codes: ['proxy-upstream-down'],
    likely: true,
    ...nginxNeeds,
    build: async (scene) => {
      const upstream = await freePort();
      return url(
        await nginx(scene, { location: `proxy_pass http://127.0.0.1:${upstream}; ${passing}` }),
      );
    },
  },
  {
    name: 'nginx uses plain HTTP to a TLS service',
    codes: ['proxy-upstream-down'],
    likely: true,
    ...nginxNeeds,
    build: async (scene) => {
      const { cert, key } = scene.leaf;
      const upstream = await scene.listen(secureEcho({ cert, key }));
      return url(
        await nginx(scene, { location: `proxy_pass http://127.0.0.1:${upstream}; ${passing}` }),
      );
    },
  },
  {
    name: 'nginx closes idle sockets',
    codes: ['idle-timeout'],
    ...nginxNeeds,
    build: async (scene) => {
      const upstream = await scene.listen(service());
      const location = `proxy_pass http://127.0.0.1:${upstream}; ${passing} proxy_read_timeout 1s;`;
      return at(`wss://localhost:${await nginx(scene, { location })}/`, '--idle', '3');
    },
  },
  {
    name: 'ws:// to a TLS port of nginx',
    codes: ['plain-on-tls-port'],
    ...nginxNeeds,
    build: async (scene) =>
      at(`ws://localhost:${await nginx(scene, { location: 'return 204;' })}/live`),
  },
  {
    name: 'nginx requires a client certificate',
    codes: ['client-certificate-required'],
    ...nginxNeeds,
    build: async (scene) => {
      const server = `ssl_verify_client on; ssl_client_certificate ${scene.caPath};`;
      return url(await nginx(scene, { location: 'return 204;', server }));
    },
  },
  {
    name: 'nginx refuses names without a site',
    codes: ['proxy-unknown-host'],
    ...nginxNeeds,
    build: async (scene) => {
      const port = await nginx(scene, {
        location: 'return 204;',
        server: 'ssl_reject_handshake on;',
      });
      return at(`wss://localhost:${port}/live`);
    },
  },
  {
    name: 'nginx answers a route itself',
    codes: ['upgrade-ignored'],
    likely: true,
    ...nginxNeeds,
    build: async (scene) => url(await nginx(scene, { location: 'return 200 "here";' })),
  },
  {
    name: 'nginx redirects to itself',
    codes: ['redirect'],
    ...nginxNeeds,
    build: async (scene) =>
      url(await nginx(scene, { location: 'return 301 https://localhost$request_uri/;' })),
  },
  {
    name: 'Caddy forwards the upgrade by default',
    codes: ['healthy'],
    ...caddyNeeds,
    build: async (scene) => {
      const [cert, key] = pemFiles(scene);
      const upstream = await scene.listen(service());
      return url(
        await caddy(
          scene,
          (port) =>
            `https://localhost:${port} {\n\ttls ${cert} ${key}\n\treverse_proxy 127.0.0.1:${upstream}\n}`,
        ),
      );
    },
  },
  {
    name: 'Caddy does not reach the service',
    codes: ['proxy-upstream-down'],
    likely: true,
    ...caddyNeeds,
    build: async (scene) => {
      const [cert, key] = pemFiles(scene);
      const upstream = await freePort();
      return url(
        await caddy(
          scene,
          (port) =>
            `https://localhost:${port} {\n\ttls ${cert} ${key}\n\treverse_proxy 127.0.0.1:${upstream}\n}`,
        ),
      );
    },
  },
  {
    name: 'Caddy has no site for the name',
    codes: ['proxy-unknown-host'],
    likely: true,
    ...caddyNeeds,
    build: async (scene) => {
      const [cert, key] = pemFiles(scene);
      const port = await caddy(
        scene,
        (own) => `https://app.test:${own} {\n\ttls ${cert} ${key}\n\trespond "app"\n}`,
      );
      return url(port);
    },
  },
  {
    name: 'Caddy has no site for the address',
    codes: ['proxy-unknown-host'],
    likely: true,
    ...caddyNeeds,
    build: async (scene) => {
      const port = await caddy(
        scene,
        (own) => `https://localhost:${own} {\n\ttls internal\n\trespond "app"\n}`,
      );
      return at(`wss://127.0.0.1:${port}/live`);
    },
  },
  {
    name: 'ws:// to a TLS port of Caddy',
    codes: ['plain-on-tls-port'],
    ...caddyNeeds,
    build: async (scene) => {
      const [cert, key] = pemFiles(scene);
      const port = await caddy(
        scene,
        (own) => `https://localhost:${own} {\n\ttls ${cert} ${key}\n\trespond "app"\n}`,
      );
      return at(`ws://localhost:${port}/live`);
    },
  },
];

export const healthyScenarios: Scenario[] = [
  {
    name: 'ws, over TLS',
    codes: ['healthy'],
    build: async (scene) => {
      const { cert, key } = scene.leaf;
      return url(await scene.listen(secureEcho({ cert, key })));
    },
  },
  {
    name: 'ws, over plain HTTP',
    codes: ['healthy'],
    build: async (scene) => at(`ws://localhost:${await scene.listen(plainEcho())}/live`),
  },
  {
    name: 'Socket.IO',
    codes: ['origin-unchecked', 'healthy'],
    build: async (scene) => {
      const server = createPlain();
      const io = new SocketIo(server);
      scene.later(() => io.engine.close());
      const port = await scene.listen(server);
      return at(`ws://localhost:${port}/socket.io/?EIO=4&transport=websocket`);
    },
  },
  {
    name: 'HTTP/2 that also accepts HTTP/1.1',
    codes: ['healthy'],
    build: async (scene) => {
      const { cert, key } = scene.leaf;
      const server = createSecureServer({ cert, key, allowHTTP1: true });
      const sockets = new WebSocketServer({ noServer: true });
      server.on('upgrade', (request, socket, head) => {
        const own = request.headers.origin === `https://${request.headers.host}`;
        if (own) {
          sockets.handleUpgrade(request, socket, head, () => undefined);
          return;
        }
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      });
      return url(await scene.listen(server));
    },
  },
];
