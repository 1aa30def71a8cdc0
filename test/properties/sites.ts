import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../src/core/errors.js';
import { reachedAt } from '../../src/core/loopback.js';
import { issue } from '../support/authority.js';
import { parseNginx, wordsNamed } from '../support/nginx.js';
import { fileOf } from '../support/rendered.js';
import type { Sandbox } from '../support/sandbox.js';
import type { Given } from './given.js';
import { hostileHost, hostilePort, plausibleHost, plausiblePort } from './hostile.js';
import { judge, type Accepted } from './judge.js';
import type { Property } from './property.js';

/** A host of any length: programs have their own limits for names. */
const longHost = fc
  .array(fc.constantFrom('a', 'chat', 'x'.repeat(20), 'y'.repeat(63)), {
    minLength: 2,
    maxLength: 4,
  })
  .map((labels) => labels.join('.'));

function siteOf(reverseProxy: 'caddy' | 'nginx'): fc.Arbitrary<Given> {
  const values = fc.record({
    certSource: fc.constant('proxy'),
    reverseProxy: fc.constant(reverseProxy),
    domain: fc.oneof(
      fc.domain(),
      hostileHost,
      longHost,
      fc.constantFrom('import', 'default', 'unix'),
    ),
    port: fc.oneof(plausiblePort, hostilePort),
    host: fc.oneof(plausibleHost, hostileHost, fc.ipV4(), fc.ipV6()),
  });
  return values.map((flags) => ({ flags, file: {} }));
}

/** @returns the project if the answers are accepted; refused answers need no site */
function accepted(given: Given): Accepted {
  const verdict = judge(given);
  if (verdict instanceof UserError) {
    throw verdict;
  }
  return verdict;
}

function isAccepted(given: Given): boolean {
  return !(judge(given) instanceof UserError);
}

/** The service's host in a URL. */
function upstreamOf({ answers }: Accepted): string {
  const host = reachedAt(answers.host);
  return `${host.includes(':') ? `[${host}]` : host}:${answers.port}`;
}

function placed(folder: string, name: string, contents: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
  return path;
}

/** @returns all values of this key, at any depth */
function under(key: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const own = Object.entries(value).filter(([name]) => name === key);
  const deeper = Object.values(value).flatMap((each) => under(key, each));
  return [...own.map(([, each]) => each), ...deeper];
}

function adapted({ folder, env }: Sandbox, contents: string): unknown {
  const path = placed(folder, 'Caddyfile', contents);
  const args = ['adapt', '--adapter', 'caddyfile', '--config', path];
  return JSON.parse(execFileSync('caddy', args, { env, encoding: 'utf8', stdio: 'pipe' }));
}

/** @returns the properties of sites for Caddy */
export function caddyProperty(place: Sandbox): Property {
  return {
    name: 'Caddy reads back the domain, the upstream and the port',
    share: 0.02,
    check: (effort) =>
      fc.assert(
        fc.property(siteOf('caddy').filter(isAccepted), (given) => {
          const project = accepted(given);
          const { files } = project.plan;
          const site = adapted(place, fileOf(files, 'proxy/Caddyfile'));
          assert.deepEqual(under('host', site), [[project.answers.domain]]);
          assert.deepEqual(under('dial', site), [upstreamOf(project)]);
          assert.deepEqual(under('listen', site), [[':443']]);
          const local = adapted(place, fileOf(files, 'proxy/local.Caddyfile'));
          assert.deepEqual(under('dial', local), [upstreamOf(project)]);
          assert.deepEqual(under('listen', local), [['127.0.0.1:8443', '[::1]:8443']]);
        }),
        effort,
      ),
  };
}

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** nginx's default site: nginx only compares names if there are several sites. */
const other = ['127.0.0.1:18080', '[::1]:18080']
  .map((address) => `server {\nlisten ${address} default_server;\nserver_name _;\n}\n`)
  .join('');

/** The http block that includes the site. Ports that need root are changed. */
function included({ plan }: Accepted, folder: string): string {
  const site = fileOf(plan.files, 'proxy/nginx.conf');
  const advice = plan.warnings.flatMap((text) => /"(server_names\w+ \d+;)"/.exec(text)?.[1] ?? []);
  const moved = site
    .replaceAll(/listen (\[::\]:)?(80|443)( ssl)?;/g, (_all, six, port, ssl = '') => {
      return `listen ${six === undefined ? '127.0.0.1' : '[::1]'}:${Number(port) + 18_000}${ssl};`;
    })
    .replaceAll('/etc/letsencrypt', join(folder, 'letsencrypt'));
  const paths = temporary.map((name) => `${name}_temp_path ${folder}/temp-${name};`).join('\n');
  return `pid ${folder}/pid;\nevents {}\nhttp {\naccess_log off;\n${paths}\n${advice.join('')}\n${other}${moved}}\n`;
}

function expectTaken({ folder, env }: Sandbox, path: string): void {
  const args = ['-t', '-q', '-e', 'stderr', '-p', folder, '-c', path];
  // nginx prints its warnings even in quiet mode.
  assert.equal(
    execFileSync('nginx', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    '',
  );
}

/** The certificate is where certbot creates it for this domain. */
function certify(
  folder: string,
  domain: string,
  { keyFile, certFile }: ReturnType<typeof issue>,
): void {
  const live = join(folder, 'letsencrypt/live', domain);
  if (mkdirSync(live, { recursive: true }) !== undefined) {
    symlinkSync(certFile, join(live, 'fullchain.pem'));
    symlinkSync(keyFile, join(live, 'privkey.pem'));
  }
}

/** @returns the properties of sites for nginx */
export function nginxProperty(place: Sandbox): Property {
  const pair = issue(place);
  const { folder } = place;
  for (const [name, path] of [
    ['cert.pem', pair.certFile],
    ['key.pem', pair.keyFile],
  ] as const) {
    mkdirSync(join(folder, 'certs'), { recursive: true });
    symlinkSync(path, join(folder, 'certs', name));
  }
  return {
    name: 'nginx takes the site and reads back the domain, the upstream and the ports',
    share: 0.02,
    check: (effort) =>
      fc.assert(
        fc.property(siteOf('nginx').filter(isAccepted), (given) => {
          const project = accepted(given);
          const { domain = '' } = project.answers;
          const site = fileOf(project.plan.files, 'proxy/nginx.conf');
          certify(folder, domain, pair);
          expectTaken(place, placed(folder, 'site.conf', included(project, folder)));
          const read = parseNginx(site);
          assert.deepEqual(wordsNamed(read, 'server_name'), [[domain], [domain]]);
          assert.deepEqual(wordsNamed(read, 'proxy_pass'), [[`http://${upstreamOf(project)}`]]);
          assert.deepEqual(wordsNamed(read, 'listen'), [
            ['80'],
            ['[::]:80'],
            ['443', 'ssl'],
            ['[::]:443', 'ssl'],
          ]);
          assert.deepEqual(wordsNamed(read, 'ssl_certificate'), [
            [`/etc/letsencrypt/live/${domain}/fullchain.pem`],
          ]);
          const local = fileOf(project.plan.files, 'proxy/nginx.local.conf');
          expectTaken(place, placed(folder, 'proxy/nginx.local.conf', local));
          assert.deepEqual(wordsNamed(parseNginx(local), 'proxy_pass'), [
            [`http://${upstreamOf(project)}`],
          ]);
        }),
        effort,
      ),
  };
}
