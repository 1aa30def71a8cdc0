import { describe, expect, it } from 'vitest';
import { resolve, type Layers } from '../../../src/options/resolve.js';
import type { Answers, World } from '../../../src/options/answers.js';
import { extraNames } from '../../support/combinations.js';

const world: World = { packageManager: 'pnpm', mkcert: false, trusted: false };

function layers(given: Partial<Layers>): Layers {
  return { flag: {}, file: {}, asked: {}, ...given };
}

function gapsOf(given: Partial<Layers>, surroundings = world): string[] {
  return resolve(layers(given), surroundings).gaps.map(({ name }) => name);
}

describe('precedence', () => {
  it('is: flag, file, prompt, default', () => {
    const port = (given: Partial<Layers>) => resolve(layers(given), world).known.port;
    expect(port({ flag: { port: 1 }, file: { port: 2 }, asked: { port: 3 } })).toBe(1);
    expect(port({ file: { port: 2 }, asked: { port: 3 } })).toBe(2);
    expect(port({ asked: { port: 3 } })).toBe(3);
    expect(port({})).toBe(3000);
  });

  it('detects the package manager that runs the program', () => {
    expect(resolve(layers({}), world).known.packageManager).toBe('pnpm');
  });
});

describe('origins with +', () => {
  const originsOf = (flag: Partial<Answers>) => resolve(layers({ flag }), world).known.origins;
  const own = ['https://localhost:3000', 'https://127.0.0.1:3000', 'https://[::1]:3000'];

  it.each([
    [['+http://localhost:5173'], [...own, 'http://localhost:5173']],
    [
      ['+https://a.test', 'https://b.test'],
      [...own, 'https://a.test', 'https://b.test'],
    ],
    [['+https://localhost:3000'], own],
    [['https://a.test'], ['https://a.test']],
  ])('%j are added to the default', (origins, expected) => {
    expect(originsOf({ origins })).toEqual(expected);
  });

  it('follow the other answers', () => {
    const given = { https: false, port: 4000, origins: ['+http://localhost:5173'] };
    expect(originsOf(given)).toContain('http://localhost:4000');
  });
});

describe('an extra that includes another one', () => {
  const resolved = (given: Partial<Layers>) => {
    const { known, gaps, contradictions, warnings } = resolve(layers(given), world);
    const errors = contradictions.map(({ error }) => error.message);
    return {
      rooms: known.rooms,
      errors,
      warnings,
      isAsked: gaps.some(({ name }) => name === 'rooms'),
    };
  };
  const conflict = '--redis includes --rooms, but --no-rooms was given.';

  it.each<[string, Partial<Layers>, object]>([
    ['alone', { flag: { redis: true } }, { rooms: true, errors: [], isAsked: false }],
    ['off', { flag: { redis: false } }, { rooms: false, errors: [], isAsked: true }],
    ['with both', { flag: { redis: true, rooms: true } }, { rooms: true, errors: [] }],
    [
      'over a weaker no',
      { flag: { redis: true }, file: { rooms: false } },
      { warnings: ['--no-rooms is ignored: --redis includes --rooms.'], rooms: true, errors: [] },
    ],
    ['in a list of extras', { asked: { redis: true, rooms: false } }, { rooms: true, errors: [] }],
    ['against an equal no', { flag: { redis: true, rooms: false } }, { errors: [conflict] }],
    [
      'against a stronger no',
      { file: { redis: true }, flag: { rooms: false } },
      { errors: [conflict] },
    ],
  ])('%s', (_name, given, expected) => {
    expect(resolved(given)).toMatchObject(expected);
  });
});

describe('the questions that are left', () => {
  it('are every option with a question and no answer, in the order of the table', () => {
    expect(gapsOf({})).toEqual([
      'directory',
      'language',
      'https',
      'certSource',
      'origins',
      ...extraNames,
      'install',
    ]);
  });

  it('depend on the answers', () => {
    expect(gapsOf({ flag: { https: false } })).not.toContain('certSource');
    expect(gapsOf({ flag: { certSource: 'files' } })).toContain('keyFile');
    expect(gapsOf({ file: { certSource: 'proxy' } })).toEqual(
      expect.arrayContaining(['reverseProxy', 'domain']),
    );
  });

  it('include mkcert -install only if mkcert is installed', () => {
    expect(gapsOf({})).not.toContain('mkcertInstall');
    expect(gapsOf({}, { ...world, mkcert: true })).toContain('mkcertInstall');
  });

  it('do not include trust that exists', () => {
    const settled = { ...world, mkcert: true, trusted: true };
    expect(gapsOf({}, settled)).not.toContain('mkcertInstall');
  });
});

describe('default origins', () => {
  const origins = (flag: Partial<Answers>) => resolve(layers({ flag }), world).known.origins;

  it('are the names on the certificate, with the port of the service', () => {
    expect(origins({ port: 4000 })).toEqual([
      'https://localhost:4000',
      'https://127.0.0.1:4000',
      'https://[::1]:4000',
    ]);
    expect(origins({ hosts: ['app.test', '*.app.test'], port: 443 })).toEqual(['https://app.test']);
  });

  it('are the local proxy and the domain if there is a proxy', () => {
    expect(origins({ certSource: 'proxy', domain: 'chat.example.com' })).toEqual([
      'https://localhost:8443',
      'https://chat.example.com',
    ]);
  });

  it('are asked for if the certificate only has wildcards', () => {
    const { known, gaps } = resolve(layers({ flag: { hosts: ['*.app.test'] } }), world);
    expect(known.origins).toBeUndefined();
    expect(gaps.map(({ name }) => name)).toContain('origins');
  });

  it('are http without HTTPS', () => {
    expect(origins({ https: false })?.[0]).toBe('http://localhost:3000');
  });
});

describe('an option that another answer excludes', () => {
  const judged = (given: Partial<Layers>) => {
    const { known, contradictions, warnings } = resolve(layers(given), world);
    return { known, warnings, errors: contradictions.map(({ error }) => error.message) };
  };

  it('is an error in the same layer', () => {
    const message = '--cert-source needs --https, not --no-https.';
    expect(judged({ flag: { https: false, certSource: 'mkcert' } }).errors).toEqual([message]);
    expect(judged({ file: { https: false, certSource: 'mkcert' } }).errors).toEqual([message]);
  });

  it('is dropped with a warning if a stronger layer excludes it', () => {
    const { known, warnings, errors } = judged({
      flag: { https: false },
      file: { certSource: 'mkcert' },
    });
    expect(errors).toEqual([]);
    expect(known.certSource).toBeUndefined();
    expect(warnings).toEqual(['--cert-source is ignored: it has no effect with --no-https.']);
  });

  it('is an error if a weaker layer excludes it', () => {
    expect(judged({ flag: { certSource: 'mkcert' }, file: { https: false } }).errors).toEqual([
      '--cert-source needs --https, not --no-https.',
    ]);
  });

  it('is an error if only a default excludes it', () => {
    expect(judged({ flag: { reverseProxy: 'nginx' } }).errors).toEqual([
      '--reverse-proxy needs --cert-source proxy.',
    ]);
  });

  it('names the cause and not its consequences', () => {
    expect(judged({ flag: { https: false, domain: 'a.test' } }).errors).toEqual([
      '--domain needs --cert-source proxy, not --no-https.',
    ]);
  });

  it('is dropped if the user excluded it at a prompt', () => {
    expect(
      judged({ flag: { reverseProxy: 'nginx' }, asked: { certSource: 'mkcert' } }).warnings,
    ).toEqual(['--reverse-proxy is ignored: it has no effect with --cert-source mkcert.']);
  });
});

describe('the listening address of a service behind a proxy', () => {
  const judge = (flag: Partial<Answers>) =>
    resolve(layers({ flag }), world).contradictions.map(({ error }) => error.message);

  it.each(['localhost', '127.0.0.1', '10.0.0.5', '::', 'fd00::1'])('may be %s', (host) => {
    expect(judge({ certSource: 'proxy', host })).toEqual([]);
  });

  it('is not a name, since the proxy is trusted by its address', () => {
    expect(judge({ host: 'app.test' })).toEqual([]);
    expect(judge({ certSource: 'proxy', host: 'app.test' })).toEqual([
      '--host: "app.test" is a name, but a service behind a proxy must listen on an address.',
    ]);
  });
});
