import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { escapeFor } from '../../../src/core/escape.js';
import type { Outer, Place } from '../../../src/core/place.js';
import type { Placed } from '../../../src/options/features.js';
import { packageManagers } from '../../../src/options/package-managers.js';
import { planProject, type Plan } from '../../../src/create/plan/plan.js';
import { standardPaths } from '../../../src/project/plan/template-values.js';
import { answersOf, managers } from '../../support/combinations.js';
import { fileOf, templates } from '../../support/rendered.js';

const outer: Outer = { folder: '/mono', inside: 'packages/chat' };
const everything = { docker: true, githubActions: true, redis: true };

function planOf(given: Partial<Placed>, place: Place): Plan {
  const answers = answersOf(given);
  const project = { name: 'chat', answers, version: '1.2.3', templates, paths: standardPaths };
  return planProject({
    project,
    place,
    directory: '/mono/packages/chat',
    folder: 'chat',
    existing: [],
    program: ['npx', 'x'],
    hosts: [],
    env: {},
    warnings: [],
    verify: true,
    issuer: 'mkcert',
  });
}

function pathsOf({ files }: Plan): string[] {
  return files.map(({ path }) => path);
}

/** What a package manager only reads in the root of a workspace. */
const rootKeys = ['overrides', 'resolutions', 'allowScripts'];

describe.each(managers)('a member of a workspace, with %s', (packageManager) => {
  const answers = { packageManager, ...everything };
  const plan = planOf(answers, { workspace: outer });
  const { owns, lockfile, frozen } = packageManagers[packageManager];

  it('has no settings that only count in the root', () => {
    const manifest = JSON.parse(fileOf(plan.files, 'package.json'));
    expect(rootKeys.filter((key) => key in manifest)).toEqual([]);
    expect(pathsOf(plan).filter((path) => owns?.files?.includes(path))).toEqual([]);
    const alone = planOf(answers, {});
    expect(pathsOf(alone)).toEqual(expect.arrayContaining(owns?.files ?? []));
    const added = Object.keys(JSON.parse(fileOf(alone.files, 'package.json')));
    expect(added).toEqual(
      expect.arrayContaining(['allowScripts', ...Object.keys(owns?.adds ?? {})]),
    );
  });

  it('has its lockfile in the root', () => {
    const path = `../../${lockfile}`;
    const workflow = fileOf(plan.files, '.github/workflows/ci.yml');
    expect(workflow).toContain(`if [ -f ${path} ]; then ${frozen.join(' ')}; else`);
    expect(fileOf(plan.files, 'README.md')).toContain(`Commit \`${path}\``);
    const roots = plan.steps.flatMap((step) => ('root' in step ? step.root : []));
    expect(new Set(roots)).toEqual(new Set(['/mono']));
    expect(roots.length).toBeGreaterThan(1);
  });

  it('is built into an image without files of the root, which a warning says', () => {
    const dockerfile = fileOf(plan.files, 'Dockerfile');
    expect(dockerfile).toMatch(/^COPY package.json \.\/$/m);
    expect(plan.warnings.join()).toContain('The Dockerfile does not use the lockfile');
    expect(planOf(answers, {}).warnings.join()).not.toContain('Dockerfile');
  });

  it('gets no git repository of its own', () => {
    expect(plan.steps.filter(({ group }) => group === 'git')).toEqual([]);
    expect(plan.warnings.join()).toContain('Create a git repository there.');
  });
});

describe('pnpm in a workspace', () => {
  const titles = (language: 'ts' | 'js', place: Place): string[] =>
    planOf({ packageManager: 'pnpm', language }, place).installCommands.map((each) =>
      each.join(' '),
    );

  it('decides there about the install script of a dependency', () => {
    expect(titles('ts', { workspace: outer })).toEqual([
      'pnpm install --config.strict-dep-builds=false',
      'pnpm approve-builds !esbuild',
    ]);
    expect(titles('js', { workspace: outer })).toEqual(['pnpm install']);
    expect(titles('ts', {})).toEqual(['pnpm install']);
  });

  it('does not fail for that script in an image, which has no file of the workspace', () => {
    const plan = planOf({ packageManager: 'pnpm', docker: true }, { workspace: outer });
    expect(fileOf(plan.files, 'Dockerfile')).toContain(
      'else pnpm install --config.strict-dep-builds=false; fi',
    );
  });
});

describe('a package above that does not list the project', () => {
  it.each(managers)('only gives it an empty lockfile with Yarn: %s', (packageManager) => {
    const { files } = planOf({ packageManager }, { belowPackage: true });
    const added = files.filter(({ changes }) => changes === true);
    const path = packageManager === 'yarn' ? ['yarn.lock'] : [];
    expect(added.map((file) => [file.path, file.contents])).toEqual(path.map((each) => [each, '']));
  });
});

describe('a git repository around the project', () => {
  const answers = { githubActions: true };
  const inside = planOf(answers, { repository: outer });

  it('gets the files, and its folder for workflows is named', () => {
    expect(inside.steps.filter(({ group }) => group === 'git')).toEqual([]);
    expect(inside.warnings).toEqual([
      'The project is inside the git repository /mono. Commit it there.',
      expect.stringContaining('move its workflow to /mono/.github/workflows'),
    ]);
    const workflow = parse(fileOf(inside.files, '.github/workflows/ci.yml'));
    expect(workflow.defaults).toEqual({ run: { 'working-directory': 'packages/chat' } });
  });

  it('that git cannot read gets no repository in it', () => {
    const { steps, warnings } = planOf({}, { unknownRepository: 'dubious ownership' });
    expect(steps.filter(({ group }) => group === 'git')).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('dubious ownership')]);
  });

  it('is not mentioned if the user wants none', () => {
    expect(planOf({ git: false }, { repository: outer }).warnings).toEqual([]);
  });

  it('is none: the workflow runs where it lies', () => {
    const workflow = parse(fileOf(planOf(answers, {}).files, '.github/workflows/ci.yml'));
    expect(workflow.defaults).toEqual({ run: { 'working-directory': '.' } });
  });
});

describe('the path of a project in a workflow', () => {
  it('is read back as it is', () => {
    const part = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[\p{C}/\\]/u.test(text));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
        const path = parts.join('/');
        fc.pre(!path.includes('${{'));
        expect(parse(`a: '${escapeFor('workflow', path)}'`)).toEqual({ a: path });
      }),
    );
  });

  it('is no expression of GitHub', () => {
    expect(parse(`a: '${escapeFor('workflow', 'x${{ y }}')}'`)).toEqual({
      a: "x${{ '${{' }} y }}",
    });
  });
});

describe('a workspace of another package manager', () => {
  it('is named, with the option that makes the project a member', () => {
    const { warnings } = planOf({}, { otherWorkspace: { ...outer, manager: 'pnpm' } });
    expect(warnings).toEqual([expect.stringContaining('Pass --package-manager pnpm.')]);
  });
});

describe('Plug’n’Play in a workspace', () => {
  it.each([
    ['ts', 1],
    ['js', 0],
  ] as const)('is named if TypeScript must read it: %s', (language, count) => {
    const place = { workspace: outer, plugAndPlay: true };
    const { warnings } = planOf({ packageManager: 'yarn', language }, place);
    expect(warnings.filter((each) => each.includes('Plug'))).toHaveLength(count);
  });
});
