import { execFileSync } from 'node:child_process';
import { root } from './cli.js';
import { lookUpRegistry } from './registry.js';

/** Tests run what is published: the bundle is made anew before them. */
export function setup(): void {
  execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'pipe' });
  lookUpRegistry();
}
