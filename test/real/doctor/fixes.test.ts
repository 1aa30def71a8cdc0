import { createServer as createPlain } from 'node:http';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServer as createVite } from 'vite';
import { withSockets } from '../../scenarios/echo.js';
import { openScene, type Scene } from '../../scenarios/scene.js';
import { cli } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { freePort, start } from '../../support/running.js';
import { findProgram } from '../../../src/io/programs.js';

/** Where a proxy listens, where the service does, and what is typed of a fix; empty before it. */
interface Setup {
  folder: string;
  port: number;
  upstream: number;
  typed: string[];
}

interface Proxy {
  name: string;
  /** The program, and its arguments after the path of the configuration is put in for `FILE`. */
  command: string[];
  config: (setup: Setup) => string;
  /** The directives in the words of a fix. */
  directives: (fix: string, setup: Setup) => string[];
}

/** What is in backticks. */
function quoted(fix: string): string[] {
  return [...fix.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
}

function after(fix: string, words: string, end = ''): string {
  const [, text = ''] = fix.split(words);
  return end === '' ? text : (text.split(end)[0] ?? '');
}

const apacheModules = ['mpm_event', 'authz_core', 'proxy', 'proxy_http'];

const proxies: Proxy[] = [
  {
    name: 'nginx',
    command: ['nginx', '-c', 'FILE', '-e', 'stderr'],
    config: ({ folder, port, upstream, typed }) => `daemon off; master_process off;
pid ${folder}/pid; error_log stderr crit;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${upstream}; ${typed.join(' ')} } }
}`,
    directives: (fix) => [after(fix, 'add to the location: ')],
  },
  {
    name: 'apache2',
    command: ['apache2', '-f', 'FILE', '-DFOREGROUND'],
    config: ({ folder, port, upstream, typed }) => `ServerRoot /usr/lib/apache2
ServerName localhost
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
Mutex file:${folder} default
User nobody
Group nogroup
Listen 127.0.0.1:${port}
${apacheModules.map((name) => `LoadModule ${name}_module modules/mod_${name}.so`).join('\n')}
${typed.join('\n')}
ProxyPass / http://127.0.0.1:${upstream}/
`,
    directives: (fix, { upstream }) =>
      quoted(fix)
        .slice(0, 1)
        .map((text) => text.replaceAll('HOST:PORT', `127.0.0.1:${upstream}`)),
  },
  {
    name: 'lighttpd',
    command: ['lighttpd', '-D', '-f', 'FILE'],
    config: ({ folder, port, upstream, typed }) => `server.document-root = "${folder}"
server.bind = "127.0.0.1"
server.port = ${port}
server.modules = ( "mod_proxy" )
proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => ${upstream} )))
${typed.join('\n')}
`,
    directives: quoted,
  },
  {
    name: 'h2o',
    command: ['h2o', '-m', 'worker', '-c', 'FILE'],
    config: ({ folder, port, upstream, typed }) => `pid-file: ${folder}/pid
error-log: ${folder}/error.log
num-threads: 1
${process.getuid?.() === 0 ? 'user: root' : ''}
hosts:
  "localhost:${port}":
    listen: { host: 127.0.0.1, port: ${port} }
    ${typed.join('\n    ')}
    paths: { "/": { proxy.reverse.url: "http://127.0.0.1:${upstream}/" } }
`,
    directives: quoted,
  },
  {
    name: 'varnishd',
    command: [
      'varnishd',
      '-F',
      '-a',
      '127.0.0.1:PORT',
      '-f',
      'FILE',
      '-n',
      'FOLDER/state',
      '-s',
      'malloc,16m',
      '-j',
      'none',
    ],
    config: ({ upstream, typed: [receive = '', pipe = ''] }) => `vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${upstream}"; }
sub vcl_recv { ${receive} }
sub vcl_pipe { ${pipe} }
`,
    directives: (fix) => [
      after(fix, 'in vcl_recv: ', ' and in vcl_pipe'),
      after(fix, 'in vcl_pipe: '),
    ],
  },
  {
    name: 'haproxy',
    command: ['haproxy', '-db', '-f', 'FILE'],
    config: ({ port, upstream, typed }) => `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend all
  bind 127.0.0.1:${port}
  ${typed.length === 0 ? 'http-request del-header Upgrade' : ''}
  default_backend service
backend service
  server one 127.0.0.1:${upstream}
`,
    // Nothing is added: the rule that the fix is about is removed.
    directives: (fix) => /HAProxy[^.]*: nothing that changes Upgrade/.exec(fix) ?? [],
  },
];

interface Told {
  verdicts: { code: string; severity: string; fix: string }[];
}

const place: { scene?: Scene } = {};
beforeAll(async () => {
  place.scene = await openScene();
});
afterAll(async () => {
  await place.scene?.sandbox.remove();
});

/** A service that demands the upgrade, as a generated one does. */
async function service(scene: Scene): Promise<number> {
  const server = createPlain((request, response) => {
    const { httpVersion, headers } = request;
    const { upgrade = null, connection = null } = headers;
    response.writeHead(426, { 'content-type': 'application/json', upgrade: 'websocket' });
    response.end(JSON.stringify({ seen: { httpVersion, upgrade, connection } }));
  });
  const isLocal = ({ origin }: { origin: string }): boolean =>
    origin.startsWith('http://localhost:');
  return scene.listen(withSockets(server, { verifyClient: isLocal }));
}

async function ask(port: number, { sandbox }: Scene): Promise<Told['verdicts']> {
  const call = { cwd: sandbox.folder, env: sandbox.env };
  const { stdout } = await cli(['doctor', `ws://localhost:${port}/live`, '--json'], call);
  const told: Told = JSON.parse(stdout);
  return told.verdicts.filter(({ severity }) => severity !== 'warning');
}

/** Starts the proxy and asks doctor about it. */
async function behind(proxy: Proxy, setup: Setup, scene: Scene): Promise<Told['verdicts']> {
  const { folder, port } = setup;
  const file = scene.file(
    join(folder, 'config').slice(scene.sandbox.home.length),
    proxy.config(setup),
  );
  mkdirSync(dirname(file), { recursive: true });
  const [name = '', ...words] = proxy.command.map((word) =>
    word.replace('FILE', file).replace('PORT', String(port)).replace('FOLDER', folder),
  );
  const program = findProgram(name) ?? `/usr/sbin/${name}`;
  const { env } = scene.sandbox;
  const running = await start([program, ...words], { cwd: folder, env, port });
  try {
    return await ask(port, scene);
  } finally {
    await running.stop();
  }
}

for (const proxy of proxies) {
  describeWith([proxy.name], `the fix for ${proxy.name}`, () => {
    it('typed as it is written, opens the socket', async () => {
      const scene = place.scene as Scene;
      try {
        const folder = join(scene.sandbox.home, proxy.name);
        mkdirSync(folder, { recursive: true });
        const upstream = await service(scene);
        const before = { folder, port: await freePort(), upstream, typed: [] };
        const [verdict, ...more] = await behind(proxy, before, scene);
        expect([verdict?.code, more]).toEqual(['upgrade-stripped', []]);
        const typed = proxy.directives(verdict?.fix ?? '', before);
        expect(typed.join('')).not.toBe('');
        const setup = { ...before, port: await freePort(), typed };
        const verdicts = await behind(proxy, setup, scene);
        expect(
          verdicts.map(({ code }) => code),
          JSON.stringify([typed, verdicts]),
        ).toEqual(['healthy']);
      } finally {
        await scene.end();
      }
    });
  });
}

describeWith([], 'the fix for Vite', () => {
  it('typed as it is written, opens the socket', async () => {
    const scene = place.scene as Scene;
    try {
      const target = `http://127.0.0.1:${await service(scene)}`;
      const told = async (ws: boolean): Promise<Told['verdicts']> => {
        const port = await freePort();
        const server = await createVite({
          root: scene.sandbox.folder,
          configFile: false,
          logLevel: 'silent',
          server: { host: '127.0.0.1', port, strictPort: true, proxy: { '/live': { target, ws } } },
        });
        await server.listen();
        try {
          return await ask(port, scene);
        } finally {
          await server.close();
        }
      };
      const [verdict] = await told(false);
      expect([verdict?.code, verdict?.fix]).toEqual([
        'upgrade-stripped',
        expect.stringContaining('ws: true'),
      ]);
      expect((await told(true)).map(({ code }) => code)).toEqual(['healthy']);
    } finally {
      await scene.end();
    }
  });
});
