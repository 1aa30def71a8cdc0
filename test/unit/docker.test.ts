import { validate } from 'dockerfile-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Answers } from '../../src/core/answers.js';
import { escapeFor } from '../../src/core/escape.js';
import { packageManagers } from '../../src/core/package-managers.js';
import { planProject } from '../../src/plan/plan.js';
import { standardPaths } from '../../src/plan/settings-values.js';
import { answersOf, combinations, ways } from '../support/combinations.js';
import { dockerIgnore, globToRegExp, parseCopy, parseDockerfile } from '../support/dockerfile.js';
import { interpolated } from '../support/parsers.js';
import { fileOf, rendered, templates } from '../support/rendered.js';

const withDocker = combinations.filter(([, { docker }]) => docker);

interface Service {
  build?: string;
  image?: string;
  user?: string;
  ports?: string[];
  network_mode?: string;
  read_only?: boolean;
  stop_grace_period?: string;
  depends_on?: Record<string, { condition: string }>;
  environment?: Record<string, string>;
  volumes?: (string | { source: string; target: string; read_only?: boolean })[];
}

interface Compose {
  services: Record<string, Service>;
  volumes?: Record<string, null>;
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

  it('has a Dockerfile in which a linter finds nothing', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it('copies only what is in the project and what .dockerignore lets through', () => {
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

  it('keeps secrets, history and the machine’s own from the build', () => {
    const ignored = dockerIgnore(fileOf(files, '.dockerignore'));
    const secret = ['.env', '.env.production', 'certs/key.pem', '.git/config', '.npmrc', 'id_rsa'];
    const others = ['node_modules/ws/index.js', 'dist/server.js', 'test/all.ts', 'Dockerfile'];
    expect([...secret, ...others].filter((path) => !ignored(path))).toEqual([]);
  });

  it('starts Node itself, without rights, where the settings say', () => {
    const folder = answers.language === 'ts' ? 'dist' : 'src';
    expect(named('CMD')).toEqual([`["node", "${folder}/server.js"]`]);
    expect(named('HEALTHCHECK')[0]).toMatch(new RegExp(`CMD \\["node", "${folder}/healthcheck`));
    expect(named('USER')).toEqual(['node']);
    expect(named('EXPOSE')).toEqual([String(answers.port)]);
    expect(named('ENV').at(-1)).toBe(
      `NODE_ENV=production HOST=0.0.0.0 PORT=${String(answers.port)}`,
    );
    expect(files.map(({ path }) => path)).toContain(`src/healthcheck.${answers.language}`);
  });

  it('is composed of what the answers need', () => {
    const { services } = composeOf(answers);
    const proxied = answers.certSource === 'proxy';
    const wanted = ['app', ...(proxied ? ['proxy'] : []), ...(answers.redis ? ['redis'] : [])];
    expect(Object.keys(services)).toEqual(wanted);
    const { app = {}, redis } = services;
    expect(app.build).toBe('.');
    expect(app.read_only).toBe(true);
    expect(app.environment).toMatchObject({
      HTTPS: String(answers.https && !proxied),
      DOMAINS: answers.origins.join(','),
    });
    expect(app.environment?.['REDIS_URL']).toBe(answers.redis ? 'redis://redis:6379' : undefined);
    expect(redis?.image).toBe(answers.redis ? 'redis:8-alpine' : undefined);
    const waitsFor = Object.keys(app.depends_on ?? {});
    expect(waitsFor).toEqual(wanted.filter((name) => name !== 'app'));
  });

  it('has longer to stop than the service takes', () => {
    const example = fileOf(files, '.env.example');
    const shutdown = Number(/^SHUTDOWN_MS=(\d+)$/m.exec(example)?.[1]);
    const [, seconds] =
      /^(\d+)s$/.exec(composeOf(answers).services['app']?.stop_grace_period ?? '') ?? [];
    expect(Number(seconds) * 1000).toBeGreaterThan(shutdown + 500);
  });
});

/** What a plan of these answers warns of. */
function warningsOf(answers: Answers): string[] {
  const project = { name: 'chat', answers, version: '1.2.3', templates, paths: standardPaths };
  const place = { directory: '/chat', folder: 'chat' };
  return planProject({ project, ...place, warnings: [], verify: false, issuer: 'mkcert' }).warnings;
}

describe('a site of nginx', () => {
  it.each([
    ['a'.repeat(41), 0],
    ['a'.repeat(43), 1],
  ])('is warned of where the name is too long for its defaults: %s.test', (label, count) => {
    const given = { certSource: 'proxy', reverseProxy: 'nginx', domain: `${label}.test` } as const;
    const answers = answersOf(given);
    expect(warningsOf(answers)).toHaveLength(count);
  });
});

describe('compose.yaml', () => {
  it.each([
    ['10.0.0.5', { certSource: 'proxy' } as const, 1],
    ['10.0.0.5', {}, 0],
    ['localhost', { certSource: 'proxy' } as const, 0],
    ['::1', { certSource: 'proxy' } as const, 0],
  ])('is warned of where a container has no such address: %s %j', (host, given, count) => {
    const answers = answersOf({ ...given, host, docker: true });
    expect(warningsOf(answers)).toHaveLength(count);
  });

  it.each(['mkcert', 'files', 'files with a chain'])('hands over the key: %s', (way) => {
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

  it('mounts nothing and chooses no user where there is no key', () => {
    const { app = {} } = composeOf(answersOf({ https: false, docker: true })).services;
    expect(app).not.toHaveProperty('volumes');
    expect(app).not.toHaveProperty('user');
    expect(app.ports).toEqual(['3000:3000']);
  });

  it.each([
    ['caddy', 'caddy:2', '/etc/caddy/Caddyfile', 'proxy/Caddyfile'],
    ['nginx', 'nginx:1', '/etc/nginx/conf.d/default.conf', 'proxy/nginx.conf'],
  ])('puts the service behind %s, on the loopback of its network', (way, image, target, site) => {
    const answers = answersOf({ ...ways[way], docker: true });
    const { services, volumes = {} } = composeOf(answers);
    const { app = {}, proxy = {} } = services;
    expect(app.network_mode).toBe('service:proxy');
    expect(app).not.toHaveProperty('ports');
    expect(app.environment).toMatchObject({ HOST: '127.0.0.1', TRUST_PROXY: '127.0.0.1' });
    expect(fileOf(rendered(answers), site)).toContain('127.0.0.1:3000');
    expect(proxy.image).toBe(image);
    expect(proxy.ports).toEqual(expect.arrayContaining(['80:80', '443:443']));
    expect(proxy.volumes).toContain(`./${site}:${target}:ro`);
    const named = (proxy.volumes ?? []).map(String).filter((volume) => /^[a-z]/.test(volume));
    expect(named.map((volume) => volume.split(':')[0])).toEqual(Object.keys(volumes));
  });
});

/** Text as hostile as somebody may type it. */
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

/** @returns the text in the language, or nothing where it is refused */
function escaped(language: 'compose' | 'dockerfile' | 'workflow', value: string) {
  try {
    return escapeFor(language, value);
  } catch (error) {
    if (error instanceof Error && /can(not stand| hold)/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

describe('a value', () => {
  it('in compose.yaml is read back as it was given, as text or as a number', () => {
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
