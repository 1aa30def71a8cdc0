import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import type { Answers } from '../../../src/options/answers.js';
import { caOf } from '../../support/authority.js';
import { runProgram } from '../../support/cli.js';
import { firstMessage } from '../../support/client.js';
import { answersOf } from '../../support/combinations.js';
import { startNameServer } from '../../support/name-server.js';
import { describeWith } from '../../support/needs.js';
import { blocksOf } from '../../support/parsers.js';
import { fileOf, rendered } from '../../support/rendered.js';
import { freePort, start } from '../../support/running.js';
import { sandbox } from '../../support/sandbox.js';
import {
  askPlain,
  askSecure,
  domain,
  seenBy,
  startCaddy,
  startNginx,
  startUpstream,
  type Seen,
  type Site,
} from '../../support/site.js';

const place = sandbox();
afterAll(() => place.remove());

const ends: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

function later<T extends Site | Server>(started: T): T {
  ends.push(() => ('proxy' in started ? started.proxy.stop() : started.close()));
  return started;
}

type Proxy = 'caddy' | 'nginx';
const files: Record<Proxy, string> = { caddy: 'proxy/Caddyfile', nginx: 'proxy/nginx.conf' };
const starts = { caddy: startCaddy, nginx: startNginx };
const proxies = ['caddy', 'nginx'] as const;

function projectOf(reverseProxy: Proxy, given: Partial<Answers> = {}) {
  return rendered(answersOf({ certSource: 'proxy', reverseProxy, domain, ...given }));
}

/** Starts the site of a project in front of a service. `change` edits the site as a user would. */
async function startSite(reverseProxy: Proxy, change = (text: string): string => text) {
  const port = await freePort();
  later(await startUpstream('127.0.0.1', port));
  const text = fileOf(projectOf(reverseProxy, { port }), files[reverseProxy]);
  return later(await starts[reverseProxy]({ place, text: change(text) }));
}

function replaced(text: string, part: string, by: string): string {
  expect(text.split(part), part).toHaveLength(2);
  return text.replace(part, by);
}

describeWith(['nginx', 'mkcert'], 'the site of nginx, as its only one,', () => {
  it('does not answer other host names, with TLS or without', async () => {
    const site = await startSite('nginx');
    for (const host of ['evil.example', `${domain}.evil.example`, '127.0.0.1']) {
      expect(await askPlain(site, host), host).toBe('');
      expect(await askSecure({ site, place, headers: { host } }), host).toBeUndefined();
    }
    expect((await askSecure({ site, place, headers: { host: `${domain}:443` } }))?.status).toBe(
      200,
    );
  });

  it('redirects to its domain, and hides its version', async () => {
    const site = await startSite('nginx');
    const answer = await askPlain(site, domain.toUpperCase());
    expect(answer).toContain(`\r\nLocation: https://${domain}/x?y=1\r\n`);
    expect(answer).toContain('\r\nServer: nginx\r\n');
    const secure = await askSecure({ site, place });
    expect(secure?.headers).toMatchObject({ server: 'nginx' });
    expect(secure?.headers).not.toHaveProperty('strict-transport-security');
  });

  it('tells the service the client and the domain, and clients cannot fake them', async () => {
    const site = await startSite('nginx');
    const claims = { 'x-forwarded-for': '6.6.6.6', 'x-forwarded-host': 'evil.example' };
    const { headers } = await seenBy({ site, place, headers: { host: `${domain}:8`, ...claims } });
    expect(headers).toMatchObject({
      host: domain,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': domain,
      'x-forwarded-proto': 'https',
    });
  });
});

describeWith(['caddy', 'nginx', 'mkcert'], 'the site of', () => {
  const hsts: Record<Proxy, string> = { caddy: '# header Strict', nginx: '# add_header Strict' };

  it.each(proxies)('%s sends HSTS when its line is turned on', async (proxy) => {
    const line = hsts[proxy];
    const site = await startSite(proxy, (text) => replaced(text, line, line.slice(2)));
    const answer = await askSecure({ site, place });
    expect(answer?.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  /** Adds the CDN lines of proxy/README.md to the site. The CDN is on this machine. */
  const withCdn: Record<Proxy, (text: string, lines: string) => string> = {
    caddy: (text, lines) => text.replace(/^\treverse_proxy .*$/m, () => lines.trim()),
    nginx: (text, lines) => text.replace(/(?=ssl_certificate )/, () => lines),
  };
  const languages: Record<Proxy, string> = { caddy: 'caddyfile', nginx: 'nginx' };

  it.each(proxies)('%s distinguishes the users of a CDN, as its README says', async (proxy) => {
    const site = await startSite(proxy, (text) => {
      const port = Number(/127\.0\.0\.1:(\d+)/.exec(text)?.[1]);
      const readme = fileOf(projectOf(proxy, { port }), 'proxy/README.md');
      const [lines = ''] = blocksOf(languages[proxy], readme);
      return withCdn[proxy](text, replaced(lines, '192.0.2.0/24', '127.0.0.0/8'));
    });
    const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7' };
    const seen = await seenBy({ site, place, headers });
    // The service also trusts the CDN's addresses: the last address outside of them counts.
    const addresses = String(seen.headers['x-forwarded-for']).split(', ');
    expect(addresses.findLast((address) => address !== '127.0.0.1')).toBe('203.0.113.7');
  });

  /** A site in Docker, whose DNS returns these addresses, also if they change later. */
  async function startDockerSite(proxy: Proxy, addresses: string[], port: number) {
    const names = await startNameServer(addresses);
    ends.push(names.close);
    const text = fileOf(projectOf(proxy, { port, docker: true }), files[proxy]);
    const server = `127.0.0.1:${names.port}`;
    const local: Record<Proxy, () => string> = {
      caddy: () => replaced(text, 'refresh 5s', `refresh 5s\n\t\t\tresolvers udp/${server}`),
      nginx: () => replaced(text, '127.0.0.11 ', `${server} `),
    };
    return later(await starts[proxy]({ place, text: local[proxy]() }));
  }

  /** What the service sees of a new socket. */
  async function opened(site: Site): Promise<Seen> {
    const url = `wss://${domain}:${site.securePort}/live`;
    return JSON.parse(await firstMessage(url, { ca: caOf(place), address: '127.0.0.1' }));
  }

  it.each(proxies)('%s in Docker distributes sockets over all instances', async (proxy) => {
    const port = await freePort();
    const instances = ['127.0.0.2', '127.0.0.3'];
    for (const instance of instances) {
      // oxlint-disable-next-line no-await-in-loop -- each is started before the next
      later(await startUpstream(instance, port));
    }
    const site = await startDockerSite(proxy, instances, port);
    const seen: Seen[] = [];
    for (let count = 0; count < 20; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one socket after the other
      seen.push(await opened(site));
    }
    expect([...new Set(seen.map(({ instance }) => instance))].toSorted()).toEqual(instances);
    expect(new Set(seen.map(({ headers }) => headers['x-forwarded-for']))).toEqual(
      new Set(['127.0.0.1']),
    );
  });

  it.each(proxies)('%s in Docker finds an instance that replaces another', async (proxy) => {
    const port = await freePort();
    later(await startUpstream('127.0.0.2', port));
    later(await startUpstream('127.0.0.3', port));
    const addresses = ['127.0.0.2'];
    const site = await startDockerSite(proxy, addresses, port);
    expect((await opened(site)).instance).toBe('127.0.0.2');
    addresses.splice(0, 1, '127.0.0.3');
    await vi.waitUntil(async () => (await opened(site)).instance === '127.0.0.3', {
      timeout: 30_000,
      interval: 500,
    });
  });
});

describeWith(['caddy'], 'the site of Caddy', () => {
  it('is imported beside other sites of the machine, with the commands of its README', async () => {
    const folder = join(place.folder, 'machine');
    const etc = join(folder, 'etc');
    mkdirSync(etc, { recursive: true });
    const others = ':80 {\n\trespond "others"\n}\n';
    writeFileSync(join(etc, 'Caddyfile'), others);
    const project = projectOf('caddy');
    mkdirSync(join(folder, 'proxy'));
    writeFileSync(join(folder, 'proxy/Caddyfile'), fileOf(project, 'proxy/Caddyfile'));
    const readme = fileOf(project, 'proxy/README.md');
    const commands = blocksOf('sh', readme).find((block) => block.includes('/etc/caddy')) ?? '';
    const here = commands
      .replaceAll('sudo ', '')
      .replaceAll('/etc/caddy', etc)
      .replace('systemctl reload caddy', 'true');
    for (let run = 0; run < 2; run += 1) {
      execFileSync('sh', ['-e', '-c', here], { cwd: folder, stdio: 'pipe' });
    }
    expect(readFileSync(join(etc, 'Caddyfile'), 'utf8')).toBe(`${others}import sites/*.caddy\n`);
    const args = ['adapt', '--adapter', 'caddyfile', '--config', join(etc, 'Caddyfile')];
    const adapted = execFileSync('caddy', args, {
      env: place.env,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(adapted).toContain(`"host":["${domain}"]`);
    expect(adapted).toContain('"body":"others"');
  });
});

describeWith(['redis-server'], 'Redis, as compose.yaml starts it,', () => {
  it('only serves clients with the password', async () => {
    const { redis } = parse(
      fileOf(projectOf('caddy', { docker: true, redis: true }), 'compose.yaml'),
    ).services;
    const password = 'a-password-for-this-test';
    const filled = (text: string): string => text.replace(/\$\{REDIS_PASSWORD:\?.*?\}/, password);
    const port = await freePort();
    const command = redis.command.map(filled);
    const more = ['--port', String(port), '--bind', '127.0.0.1', '--dir', place.folder];
    const running = await start([...command, ...more], { cwd: place.folder, env: place.env, port });
    ends.push(() => running.stop());
    const [, ...check] = redis.healthcheck.test;
    const ask = (env: Record<string, string>) => {
      const [program, ...words] = check;
      return runProgram([program, '-p', String(port), ...words], {
        cwd: place.folder,
        env: { ...place.env, ...env },
      });
    };
    const auth = filled(redis.environment.REDISCLI_AUTH);
    expect(await ask({ REDISCLI_AUTH: auth })).toMatchObject({ code: 0, stdout: 'PONG' });
    expect(await ask({})).toMatchObject({ code: 1 });
  });
});
