import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { noticesOf } from '../../../src/build/notices.js';
import { reportSentence } from '../../../src/build/report-sentence.js';
import { root } from '../../support/cli.js';

/** The packages in the bundle, by name and version. */
async function packagesUsed(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli.ts', 'src/render.ts'],
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    outdir: 'dist',
    write: false,
    metafile: true,
  });
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : [])),
  );
  const folders = used.flatMap(
    (path) => /.*node_modules\/(@.+?\/)?.+?(?=\/)/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders)].map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    return `${manifest.name} ${manifest.version}`;
  });
}

/** Each part of the file: the packages with the same licence, and its text. */
function partsOf(notices: string): { titles: string[]; licence: string }[] {
  const [, ...parts] = notices.split(/\n\n-{80}\n\n/);
  return parts.map((part) => {
    const [titles = '', ...licence] = part.split('\n\n');
    return { titles: titles.split('\n'), licence: licence.join('\n\n') };
  });
}

describe('the notices of bundled packages', () => {
  const parts = partsOf(readFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8'));

  it('name exactly the packages with code in the bundle', async () => {
    const used = await packagesUsed();
    expect(used.length).toBeGreaterThan(10);
    expect(parts.flatMap(({ titles }) => titles).toSorted()).toEqual(used.toSorted());
  });

  it('have a licence for each', () => {
    const without = parts.filter(({ licence }) => !/copyright|licen[cs]e/i.test(licence));
    expect(without).toEqual([]);
  });

  it('cannot be created if a package has no licence', () => {
    const folder = mkdtempSync(join(tmpdir(), 'create-fastify-wss-notices-'));
    const manifest = { name: 'bare', version: '1.0.0' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    expect(() => noticesOf([folder])).toThrow('has no licence file, and is bundled.');
    writeFileSync(join(folder, 'LICENCE.md'), 'Do as you like.\r\n');
    expect(noticesOf([folder])).toContain('bare 1.0.0\n\nDo as you like.\n');
    rmSync(folder, { recursive: true });
  });
});

describe('the text below an unexpected error', () => {
  const name = 'create-fastify-wss';
  const url = 'https://forge.example/issues';

  it.each([
    [{ name }, 'Please report this, with the output of --verbose.'],
    [{ name, bugs: { url: '' } }, 'Please report this, with the output of --verbose.'],
    [{ name, bugs: {} }, 'Please report this, with the output of --verbose.'],
    [{ name, bugs: { url } }, `Please report this at ${url}, with the output of --verbose.`],
  ])('%j: %s', (manifest, sentence) => {
    expect(reportSentence(manifest)).toBe(sentence);
  });

  it('is in the bundle', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const bundle = readFileSync(join(root, 'dist/cli.js'), 'utf8');
    const chunk = /require\("\.\/(main-.+?\.js)"\)/.exec(bundle)?.[1] ?? '';
    expect(readFileSync(join(root, 'dist', chunk), 'utf8')).toContain(reportSentence(manifest));
  });
});
