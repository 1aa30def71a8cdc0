import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { hideEnvironment } from './environment.js';

hideEnvironment();

// Runs the test files in its arguments, or all of them, each in its own process.
const given = process.argv.slice(2);
const missing = given.filter((path) => !statSync(path, { throwIfNoEntry: false })?.isFile());
const all = readdirSync(import.meta.dirname)
  .filter((name) => /\.test\.[jt]s$/.test(name))
  .map((name) => join(import.meta.dirname, name));

if (missing.length > 0) {
  console.error(`No such test file: ${missing.join(', ')}`);
  process.exitCode = 1;
} else {
  const files = given.length > 0 ? given.map((path) => resolve(path)) : all;
  // With this variable, Node assumes that it runs inside another test, and runs nothing.
  delete process.env['NODE_TEST_CONTEXT'];
  // Tests mostly wait, so there may be more of them than CPU cores.
  run({ files, concurrency: 4 })
    .on('test:fail', () => (process.exitCode = 1))
    .compose(new spec())
    .pipe(process.stdout);
}
