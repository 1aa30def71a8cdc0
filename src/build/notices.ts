import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import fsExtra from 'fs-extra';

const head = 'The program is a bundle that holds parts of these packages.';

/** @returns the folders of the packages of which code stands in a bundle */
export function bundledPackages({ outputs }: Metafile): string[] {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
  );
  const folders = used.flatMap((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].toSorted();
}

/** @throws Error for a package without a file that holds its licence */
function licenceOf(folder: string): string {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)\b/i.test(name));
  if (files.length === 0) {
    throw new Error(`${folder} has no licence file, and is bundled.`);
  }
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n');
}

function titleOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name} ${version}`;
}

/** @returns the packages by name and version, each above its licence; those with the same share one */
export function noticesOf(folders: string[]): string {
  const licences = folders.map((folder) => [titleOf(folder), licenceOf(folder)] as const);
  const notices = [...new Set(licences.map(([, licence]) => licence))].map((licence) => {
    const titles = licences.filter((each) => each[1] === licence).map(([title]) => title);
    return [...titles, '', licence].join('\n');
  });
  return `${[head, ...notices].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** Writes a file with the licences of what is bundled, which ask to stand in every copy. */
export const notices = (path: string): Plugin => ({
  name: 'notices',
  setup(build) {
    build.onEnd(({ metafile }) => {
      if (metafile === undefined) {
        throw new Error('The bundler does not say what it bundles.');
      }
      fsExtra.outputFileSync(path, noticesOf(bundledPackages(metafile)));
    });
  },
});
