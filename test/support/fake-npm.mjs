// Installs the dependencies of the package.json in the current folder: each has only its own
// package.json and its programs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The programs of packages whose name is another one. */
const programs = { typescript: ['tsc'] };

if (process.argv[2] === 'install') {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  mkdirSync('node_modules/.bin', { recursive: true });
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const folder = join('node_modules', name);
    const bin = Object.fromEntries((programs[name] ?? [name]).map((each) => [each, 'program.js']));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, bin }));
    Object.keys(bin).forEach((each) => {
      const path = join('node_modules/.bin', each);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, '');
    });
  }
  writeFileSync('node_modules/.package-lock.json', '{}');
  writeFileSync('package-lock.json', '{}');
}
