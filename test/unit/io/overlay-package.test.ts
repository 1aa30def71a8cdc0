import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PackageError } from '../../../src/io/npm-package.js';
import { readPackageFile } from '../../../src/project/load-overlay.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';
import { write } from '../../support/updating.js';

const place: { sandbox: Sandbox } = { sandbox: sandbox() };
const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);
beforeEach(() => (place.sandbox = sandbox()));
afterEach(() => place.sandbox.remove());

const manifest = { 'package.json': '{ "name": "@team/a", "version": "1.2.3" }' };

/** Packs a folder as a package; paths are changed by an expression of tar. @returns its path */
function packed(files: Record<string, string>, transform = 's,^\\.,package,'): string {
  write(at('a'), { ...manifest, ...files });
  const args = ['-C', at('a'), '--transform', transform, '-czPf', at('a.tgz'), '.'];
  execFileSync('tar', args);
  return at('a.tgz');
}

function read(file: string): ReturnType<typeof readPackageFile> {
  return readPackageFile(file, '@team/a@^1.0.0', '@team/a');
}

it('a package is an overlay with its exact version, whatever its folder is named', () => {
  const file = packed({ 'files/a.md': 'x', 'README.md': 'y' }, 's,^\\.,other,');
  const overlay = read(file);
  expect(overlay.title).toBe('@team/a@1.2.3');
  expect(overlay.text).toEqual({ files: [{ path: 'a.md', contents: 'x' }], removes: [] });
  expect(overlay.recordedFor('/anywhere')).toBe('@team/a@1.2.3');
});

it('a link in a package is refused', () => {
  write(at('a'), { 'files/a.md': 'x' });
  symlinkSync('/etc/hostname', at('a/files/link'));
  expect(() => read(packed({}))).toThrow('files/link is a link');
});

it('a link to another entry of a package is refused', () => {
  write(at('a'), { 'files/a.md': 'x' });
  execFileSync('ln', [at('a/files/a.md'), at('a/files/b.md')]);
  expect(() => read(packed({}))).toThrow(/files\/[ab]\.md is a link/);
});

it('another package, or none, is refused', () => {
  const other = packed({ 'package.json': '{ "name": "b", "version": "1.0.0" }' });
  expect(() => read(other)).toThrow('the registry answers with b@1.0.0');
  const range = packed({ 'package.json': '{ "name": "@team/a", "version": "latest" }' });
  expect(() => read(range)).toThrow('the registry answers with @team/a@latest');
});

it.each([
  ['no tarball', Buffer.from('no tarball')],
  ['a bomb', gzipSync(Buffer.alloc(80 * 1024 * 1024))],
])('%s is refused', (_what, bytes) => {
  writeFileSync(at('a.tgz'), bytes);
  expect(() => read(at('a.tgz'))).toThrow(PackageError);
});
