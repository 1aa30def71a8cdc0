import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { root } from './cli.js';
import { lookUpRegistry } from './registry.js';

/** Tests run what is published, so the bundle is built before them. */
export function setup(): void {
  execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'pipe' });
  lookUpRegistry();
  drawSeed();
}

/** @throws {Error} if `TESTS_SEED` is not an integer */
function drawSeed(): void {
  const seed = (process.env['TESTS_SEED'] ??= String(randomInt(2 ** 31)));
  if (!/^\d+$/.test(seed)) {
    throw new Error('TESTS_SEED is a whole number.');
  }
  process.stdout.write(`TESTS_SEED=${seed} draws the same samples again.\n`);
}
