import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { cli, root } from '../../support/cli.js';
import { documents } from '../../support/report-schema.js';
import { combinations } from '../../support/combinations.js';
import { fileOf, rendered } from '../../support/rendered.js';
import { identity, sandbox } from '../../support/sandbox.js';
import { sectionOf } from '../../../src/build/changelog.js';
import { compared } from '../../surface/files.js';
import { isFirst, problems, type Compared } from '../../surface/judge.js';
import { surface, type Surface } from '../../surface/surface.js';

const state = compared();
const place = sandbox();
afterAll(() => place.remove());

describe('the public surface', () => {
  it('only differs from the last release as the changelog says', () => {
    expect(problems(state)).toEqual([]);
    expect(state.released.version, 'Run: npm run surface').toBe(manifest.version);
    const expected = isFirst(state.changelog) ? surface() : state.released.surface;
    expect(state.released.surface, 'Run: npm run surface').toEqual(expected);
  });

  it('has a section in the changelog for this version', () => {
    expect(sectionOf(state.changelog, manifest.version)?.text).not.toBe('');
    expect(sectionOf(state.changelog, 'Unreleased')).toBeDefined();
  });

  it('is listed in README.md, group by group', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const [, section = ''] = readme.split('## What is stable\n');
    expect(Object.keys(surface()).filter((group) => !section.includes(`**${group}**`))).toEqual([]);
  });

  it.each(combinations)('contains everything that a record has: %s', (_name, answers) => {
    const record = JSON.parse(fileOf(rendered(answers), '.create-fastify-wss.json'));
    const names = Object.keys(record.answers).map((name) => `answers.${name}`);
    const known = Object.keys(surface()['record'] ?? {});
    expect(['version', 'name', ...names].filter((name) => !known.includes(name))).toEqual([]);
    expect(Object.keys(record)).toEqual(['version', 'name', 'answers']);
  });
});

describe('the JSON documents', () => {
  const schemas = new Ajv2020({ strict: true, strictRequired: false });

  async function expectForm(name: 'update' | 'doctor', args: string[], cwd: string) {
    const { stdout } = await cli([name, ...args, '--json'], { cwd, env: place.env });
    const accepts = schemas.compile(documents[name]);
    const document = JSON.parse(stdout);
    expect(accepts(document), JSON.stringify(accepts.errors)).toBe(true);
    return document;
  }

  it('of doctor have the form that is compared', async () => {
    const { verdicts } = await expectForm('doctor', ['wss://127.0.0.1:1/live'], place.folder);
    expect(verdicts[0]).toMatchObject({ code: 'port-closed' });
  });

  it('of update have the form that is compared', async () => {
    const call = { cwd: place.folder, env: { ...place.env, ...identity } };
    await cli(['app', '--yes', '--no-https', '--no-install'], call);
    const planned = ['--rooms', '--dry-run', '--yes'];
    const { files } = await expectForm('update', planned, join(place.folder, 'app'));
    expect(files.added).toContain('src/routes/rooms.ts');
  });
});

describe('a change of the surface', () => {
  const before: Surface = { flags: { 'create --old': '', 'create --form': 'PATH' } };
  const added: Surface = { flags: { ...before['flags'], 'create --new': '' } };
  const broken: Surface = { flags: { 'create --form': 'NAME' } };
  const past = '## [1.2.0] - 2027-01-31\n\n### Added\n\n- `--old`, `--form`, `--new`\n';

  function judged(now: Surface, version: string, head: string): string[] {
    const changelog = `# Changelog\n\n## [Unreleased]\n\n${head}\n\n${past}`;
    const released = { version: '1.2.0', surface: before };
    return problems({ released, now, version, changelog } satisfies Compared);
  }

  it.each([
    ['nothing', before, '1.2.0', '', []],
    ['an addition with an entry', added, '1.2.0', '### Added\n\n- `--new`', []],
    ['a breaking change, not released', broken, '1.2.0', '### Removed\n- `--old` `--form`', []],
    ['it in a major version', broken, '2.0.0', '## [2.0.0]\n### Removed\n- `--old` `--form`', []],
    [
      'an addition in silence',
      added,
      '1.2.0',
      '',
      ['added in flags: create --new: not in the changelog'],
    ],
    [
      'a breaking change that is called an addition',
      broken,
      '1.2.0',
      '### Added\n- `--old` `--form`',
      [
        'removed in flags: create --old: not under Changed or Removed in the changelog',
        'changed in flags: create --form: not under Changed or Removed in the changelog',
      ],
    ],
    [
      'a breaking change in a minor version',
      broken,
      '1.3.0',
      '## [1.3.0] - 2027-02-01\n### Changed\n- `--old` `--form`',
      [
        'removed in flags: create --old: needs a major version',
        'changed in flags: create --form: needs a major version',
      ],
    ],
  ])('is judged: %s', (_name, now, version, head, expected) => {
    expect(judged(now, version, head)).toEqual(expected);
  });

  it('needs nothing before the first release', () => {
    expect(isFirst('## [Unreleased]\n\n## [1.0.0]\n\nText.')).toBe(true);
    expect(isFirst('## [Unreleased]\n\n## [1.0.0] - 2026-12-01\n')).toBe(false);
    expect(isFirst('## [1.1.0]\n\n## [1.0.0] - 2026-12-01\n')).toBe(false);
  });
});
