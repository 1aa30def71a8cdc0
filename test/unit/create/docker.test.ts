import { validate } from 'dockerfile-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Answers } from '../../../src/options/answers.js';
import { escapeFor } from '../../../src/core/escape.js';
import { packageManagers } from '../../../src/options/package-managers.js';
import { planProject } from '../../../src/create/plan/plan.js';
import { standardPaths } from '../../../src/project/plan/template-values.js';
import { answersOf, combinations, ways } from '../../support/combinations.js';
import { containerOrigins } from '../../support/origins.js';
import { proxyMistake } from '../../../templates/src/lib/proxies.js';
import {
  dockerIgnore,
  globToRegExp,
  parseCopy,
  parseDockerfile,
} from '../../support/dockerfile.js';
import { interpolated } from '../../support/parsers.js';
import { fileOf, rendered, templates } from '../../support/rendered.js';

const withDocker = combinations.filter(([, { docker }]) => docker);

interface Service {
  build?: string;
  image?: string;
  user?: string;
  ports?: string[];
  network_mode?: string;
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  pids_limit?: number;
  command?: string[];
  networks?: string[];
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
  depends_on?: Record<string, { condition: string }> | string[];
  environment?: Record<string, string>;
  volumes?: (string | { source: string; target: string; read_only?: boolean })[];
}

interface Compose {
  services: Record<string, Service>;
  volumes?: Record<string, null>;
  networks?: Record<string, { internal: boolean }>;
}

function composeOf(answers: Answers): Compose {
  return parse(fileOf(rendered(answers), 'compose.yaml'));
}

describe.each(withDocker)('the container of %s', (_name, answers) => {
  const files = rendered(answers);
  const dockerfile = fileOf(files, 'Dockerfile');
  const instructions = parseDockerfile(dockerfile);
  const named = (wanted: string): string[] =>
    instructions.filter(({ name }) => name === wanted).map(({ words }) => words);

  it('has a Dockerfile without linter warnings', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it('copies only existing files that .dockerignore does not exclude', () => {
    const ignored = dockerIgnore(fileOf(files, '.dockerignore'));
    const lockfile = packageManagers[answers.packageManager].lockfile;
    // A project has its lockfile after the first install.
    const paths = [...files.map(({ path }) => path), lockfile, '.yarnrc.yml'];
    const sources = named('COPY')
      .map(parseCopy)
      .filter(({ from }) => from === undefined)
      .flatMap((copy) => copy.sources);
    for (const source of sources) {
      const pattern = globToRegExp(source);
      const found = paths.filter((path) => pattern.test(path) || path.startsWith(`${source}/`));
      expect(found, source).not.toEqual([]);
      expect(found.filter(ignored), source).toEqual([]);
    }
    expect(sources).toContain(`${lockfile}*`);
  });

  it('lets the user node read the copied files, with any modes of the checkout', () => {
    const copies = named('COPY')
      .map(parseCopy)
      .filter(({ mode }) => mode !== undefined);
    expect(copies.map(({ sources, mode }) => [sources[0], mode])).toEqual([
      ['src', 0o755],
      ['package.json', 0o644],
      ['public', 0o755],
    ]);
  });

  it('excludes secrets, history and files of the machine from the build', () => {
    const ignored = dockerIgnore(fileOf(files, '.dockerignore'));
    const secret = ['.env', '.env.production', 'certs/key.pem', '.git/config', '.npmrc', 'id_rsa'];
    const others = ['node_modules/ws/index.js', 'dist/server.js', 'test/all.ts', 'Dockerfile'];
    expect([...secret, ...others].filter((path) => !ignored(path))).toEqual([]);
  });

  it('starts Node itself as an unprivileged user, at the address of the settings', () => {
    const folder = answers.language === 'ts' ? 'dist' : 'src';
    expect(named('CMD')).toEqual([`["node", "${folder}/server.js"]`]);
    expect(named('HEALTHCHECK')[0]).toMatch(new RegExp(`CMD \\["node", "${folder}/healthcheck`));
    expect(named('USER')).toEqual(['node']);
    expect(named('EXPOSE')).toEqual([String(answers.port)]);
    expect(named('ENV').slice(answers.metrics ? -2 : -1)).toEqual([
      `NODE_ENV=production HOST=0.0.0.0 PORT=${String(answers.port)}`,
      // Prometheus reads them from another container.
      ...(answers.metrics ? ['METRICS_HOST=0.0.0.0'] : []),
    ]);
    expect(files.map(({ path }) => path)).toContain(`src/healthcheck.${answers.language}`);
  });

  it('has the services that the answers need', () => {
    const { services } = composeOf(answers);
    const proxied = answers.certSource === 'proxy';
    const wanted = ['app', ...(proxied ? ['proxy'] : []), ...(answers.redis ? ['redis'] : [])];
    expect(Object.keys(services)).toEqual(wanted);
    const { app = {}, proxy, redis } = services;
    expect(app.build).toBe('.');
    // Metrics are not published.
    const published = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(published.filter((port) => port.includes('9464'))).toEqual([]);
    expect(app.read_only).toBe(true);
    expect(app.environment).toMatchObject({
      HTTPS: String(answers.https && !proxied),
      DOMAINS: containerOrigins(answers).join(','),
    });
    const url = 'redis://:${REDIS_PASSWORD:?Set it in .env}@redis:6379';
    expect(app.environment?.['REDIS_URL']).toBe(answers.redis ? url : undefined);
    expect(fileOf(files, 'DOCKER.md').includes('REDIS_PASSWORD')).toBe(answers.redis);
    expect(redis?.image?.replace(/:.*-/, ':-')).toBe(answers.redis ? 'redis:-alpine' : undefined);
    expect(Object.keys(app.depends_on ?? {})).toEqual(answers.redis ? ['redis'] : []);
    expect(proxy?.depends_on).toEqual(proxied ? ['app'] : undefined);
  });

  it('gives each container only the privileges that it needs', () => {
    const { services } = composeOf(answers);
    for (const [name, service] of Object.entries(services)) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      expect(service.pids_limit, name).toBeLessThanOrEqual(200);
    }
    const { proxy: _proxy, ...others } = services;
    expect(Object.values(others).filter(({ cap_add }) => cap_add !== undefined)).toEqual([]);
  });

  it('names every image by its exact version', () => {
    const { services } = composeOf(answers);
    const images = [
      ...named('FROM').map((words) => words.split(' ')[0] ?? ''),
      ...Object.values(services).flatMap(({ image }) => image ?? []),
    ];
    const exact = /^[a-z]+:\d+\.\d+\.\d+(-slim|-alpine)?$/;
    expect(images.filter((image) => !exact.test(image))).toEqual([]);
    expect(new Set(images.filter((image) => image.startsWith('node:'))).size).toBe(1);
  });

  it('has more time to stop than the service takes', () => {
    const example = fileOf(files, '.env.example');
    const shutdown = Number(/^SHUTDOWN_MS=(\d+)$/m.exec(example)?.[1]);
    const [, seconds] =
      /^(\d+)s$/.exec(composeOf(answers).services['app']?.stop_grace_period ?? '') ?? [];
    expect(Number(seconds) * 1000).toBeGreaterThan(shutdown + 500);
  });
});

describe.each(withDocker.filter(([, { redis }]) => redis))('Redis beside %s', (_name, answers) => {
  it('has a password, and a network that it shares only with the service', () => {
    const { services, networks } = composeOf(answers);
    const { app = {}, redis = {}, proxy = {} } = services;
    const password = '${REDIS_PASSWORD:?Set it in .env}';
    expect(redis.command?.slice(-2)).toEqual(['--requirepass', password]);
    expect(redis.environment).toEqual({ REDISCLI_AUTH: password });
    expect(redis).not.toHaveProperty('ports');
    expect(networks).toEqual({ redis: { internal: true } });
    expect([app, proxy, redis].map((service) => service.networks)).toEqual([
      ['default', 'redis'],
      undefined,
      ['redis'],
    ]);
    const guide = fileOf(rendered(answers), 'DOCKER.md');
    expect(guide).toContain('echo "REDIS_PASSWORD=$(openssl rand -hex 32)" >> .env');
  });
});

/** The warnings of a plan with these answers. */
function warningsOf(answers: Answers): string[] {
  const project = { name: 'chat', answers, version: '1.2.3', templates, paths: standardPaths };
  const place = {
    directory: '/chat',
    folder: 'chat',
    existing: [],
    program: ['npx', 'x'],
    hosts: [],
    env: {},
  };
  return planProject({ project, ...place, warnings: [], verify: false, issuer: 'mkcert' }).warnings;
}

describe('a site of nginx', () => {
  it.each([
    ['a'.repeat(41), 0],
    ['a'.repeat(43), 1],
  ])("causes a warning if the name is too long for nginx's defaults: %s.test", (label, count) => {
    const given = { certSource: 'proxy', reverseProxy: 'nginx', domain: `${label}.test` } as const;
    const answers = answersOf(given);
    expect(warningsOf(answers)).toHaveLength(count);
  });
});

describe('compose.yaml', () => {
  it.each(['10.0.0.5', 'localhost', '::1'])('does not depend on the host: %s', (host) => {
    const answers = answersOf({ certSource: 'proxy', host, docker: true });
    expect(warningsOf(answers)).toEqual([]);
    expect(composeOf(answers)).toEqual(composeOf({ ...answers, host: '127.0.0.1' }));
  });

  it('lists only public origins if a proxy serves the domain', () => {
    const local = ['http://localhost:5173', 'https://127.0.0.1:3000', 'https://[::1]:3000'];
    const origins = [...local, 'https://app.localhost', 'https://www.example.org'];
    const answers = answersOf({ ...ways['caddy'], docker: true, origins });
    const listed = 'https://chat.example.com,https://www.example.org';
    expect(composeOf(answers).services['app']?.environment?.['DOMAINS']).toBe(listed);
    expect(fileOf(rendered(answers), 'proxy/README.md')).toContain(`\`DOMAINS=${listed}\``);
  });

  it.each(['mkcert', 'files', 'files with a chain'])('passes the key: %s', (way) => {
    const { app = {} } = composeOf(answersOf({ ...ways[way], docker: true })).services;
    expect(app.user).toBe('${APP_UID:-1000}:${APP_GID:-1000}');
    expect(app.ports).toEqual(['3000:3000']);
    expect(app.volumes).toEqual(
      [
        ['${PRIV_KEY:-certs/key.pem}', 'key.pem'],
        ['${CERT_KEY:-certs/cert.pem}', 'cert.pem'],
        ['${CA_CERT:-${CERT_KEY:-certs/cert.pem}}', 'ca.pem'],
      ].map(([source, name]) => ({
        type: 'bind',
        source,
        target: `/app/certs/${name}`,
        read_only: true,
        bind: { create_host_path: false },
      })),
    );
  });

  it('mounts no files and sets no user if there is no key', () => {
    const { app = {} } = composeOf(answersOf({ https: false, docker: true })).services;
    expect(app).not.toHaveProperty('volumes');
    expect(app).not.toHaveProperty('user');
    expect(app.ports).toEqual(['3000:3000']);
  });

  const capabilities: Record<string, string[]> = {
    caddy: ['NET_BIND_SERVICE'],
    nginx: ['CHOWN', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
  };

  it.each([
    ['caddy', '/etc/caddy/Caddyfile', 'proxy/Caddyfile'],
    ['nginx', '/etc/nginx/conf.d/default.conf', 'proxy/nginx.conf'],
  ])('puts every instance of the service behind %s', (way, target, site) => {
    const answers = answersOf({ ...ways[way], docker: true });
    const { services, volumes = {} } = composeOf(answers);
    const { app = {}, proxy = {} } = services;
    // A second instance needs its own network and port.
    for (const key of ['network_mode', 'ports', 'container_name']) {
      expect(app).not.toHaveProperty(key);
    }
    expect(app.environment).not.toHaveProperty('HOST');
    const trusted = app.environment?.['TRUST_PROXY']?.split(',') ?? [];
    expect(trusted.length).toBeGreaterThan(0);
    expect(trusted.flatMap((entry) => proxyMistake(entry) ?? [])).toEqual([]);
    expect(fileOf(rendered(answers), site)).toMatch(/\bapp[: ]3000\b/);
    expect(proxy.cap_add).toEqual(capabilities[way]);
    expect(proxy.image?.split(':')[0]).toBe(way);
    expect(proxy.ports).toEqual(expect.arrayContaining(['80:80', '443:443']));
    expect(proxy.volumes).toContain(`./${site}:${target}:ro`);
    const named = (proxy.volumes ?? []).map(String).filter((volume) => /^[a-z]/.test(volume));
    expect(named.map((volume) => volume.split(':')[0])).toEqual(Object.keys(volumes));
  });
});

/** Text as hostile as a user could type it. */
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom(...'ab01 :#\'"`$${}[]|&*!%@\\/,-?~\n\t\u2028\u0085ü日'.split('')))
    .map((characters) => characters.join('')),
  fc.constantFrom(
    'true',
    'no',
    'null',
    '~',
    '0x1F',
    '1e3',
    '012',
    '-',
    '1_000',
    '2026-11-22',
    'a #b',
    'a: b',
    'a:',
    'a\\',
    'a\nb',
    "a'b",
    'a $b',
    'a & b',
    '9'.repeat(20),
  ),
);

/** @returns the text in the language, or undefined if it is refused */
function escaped(language: 'compose' | 'dockerfile' | 'workflow', value: string) {
  try {
    return escapeFor(language, value);
  } catch (error) {
    if (error instanceof Error && /cannot contain/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

describe('a value', () => {
  it('in compose.yaml is read back unchanged, as text or as a number', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const text = escaped('compose', value);
        fc.pre(text !== undefined);
        const read = parse(`before: 1\nvalue: ${text}\nafter: 2\n`);
        expect(Object.keys(read)).toEqual(['before', 'value', 'after']);
        expect(interpolated(String(read.value))).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('in a Dockerfile or a workflow is a word of a command, or refused', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const text = escaped('dockerfile', value);
        fc.pre(text !== undefined);
        expect(text).toBe(escaped('workflow', value));
        expect(parseDockerfile(`FROM a\nRUN npm ${text} b\nUSER c\n`)).toEqual([
          { name: 'FROM', words: 'a' },
          { name: 'RUN', words: `npm ${value} b` },
          { name: 'USER', words: 'c' },
        ]);
        expect(parse(`- run: npm ${text} b\n`)).toEqual([{ run: `npm ${value} b` }]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('.dockerignore, as Docker reads it,', () => {
  it.each([
    ['*\n!src', 'src/a/b.ts', false],
    ['*\n!src', '.env', true],
    ['*\n!src', 'srcs/a.ts', true],
    ['*\n!src\nsrc/*.log', 'src/a.log', true],
    ['**/*.pem', 'a/b/key.pem', true],
    ['**/*.pem', 'key.pem', true],
    ['*.pem', 'a/key.pem', false],
    ['# *\n', 'a', false],
    ['certs', 'certs/key.pem', true],
  ])('%j: %s', (text, path, ignored) => {
    expect(dockerIgnore(text)(path)).toBe(ignored);
  });
});
