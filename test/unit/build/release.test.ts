import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { sectionsOf } from '../../../src/build/changelog.js';
import { missingForRelease } from '../../../src/build/release.js';
import { root } from '../../support/cli.js';

const complete = {
  version: '1.2.0',
  repository: { url: 'git+https://forge.example/app.git' },
  bugs: { url: 'https://forge.example/app/issues', email: 'security@example.com' },
};
const changelog = '# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2027-01-31\n\n### Added\n\n- a\n';

it('a release lacks nothing if all is filled in', () => {
  expect(missingForRelease(complete, { changelog, tag: 'v1.2.0' })).toEqual([]);
  expect(missingForRelease(complete, { changelog, tag: undefined })).toEqual([]);
});

it.each([
  [{ repository: { url: '' } }, 'v1.2.0', 'package.json has no repository.url.'],
  [{ bugs: { ...complete.bugs, url: '' } }, 'v1.2.0', 'package.json has no bugs.url.'],
  [{ bugs: { ...complete.bugs, email: '' } }, 'v1.2.0', 'has no bugs.email, for reports of'],
  [{ version: '1.3.0' }, 'v1.3.0', 'The changelog has no date for 1.3.0.'],
  [{}, 'v1.2.1', 'The tag v1.2.1 is not v1.2.0'],
])('a release with %j and the tag %s: %s', (change, tag, sentence) => {
  const missing = missingForRelease({ ...complete, ...change }, { changelog, tag });
  expect(missing).toEqual([expect.stringContaining(sentence)]);
});

it('the addresses have one place in package.json, also while they are empty', () => {
  expect(Object.keys(manifest.repository)).toEqual(['type', 'url']);
  expect(Object.keys(manifest.bugs)).toEqual(['url', 'email']);
});

it('the sections of a changelog are read, with their dates', () => {
  expect(sectionsOf(`${changelog}\n## [1.1.0]\n\nText.\n`)).toEqual([
    { name: 'Unreleased', date: undefined, text: '' },
    { name: '1.2.0', date: '2027-01-31', text: '### Added\n\n- a' },
    { name: '1.1.0', date: undefined, text: 'Text.' },
  ]);
});

it('the lockfile only has packages that run on the oldest supported Node.js', () => {
  const oldest = semver.minVersion(manifest.engines.node) ?? '';
  const lockfile: { packages: Record<string, { engines?: { node?: string }; optional?: true }> } =
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const others = Object.entries(lockfile.packages).filter(
    ([, { engines, optional = false }]) =>
      !optional && !semver.satisfies(oldest, engines?.node ?? '*'),
  );
  expect(others.map(([name]) => name)).toEqual([]);
});
