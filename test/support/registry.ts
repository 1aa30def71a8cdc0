import { execFileSync } from 'node:child_process';
import { root } from './cli.js';

/**
 * How npm reaches its registry depends on the machine, not on the tests. It is looked up once and
 * passed to the sandboxes.
 */
export function lookUpRegistry(): void {
  for (const name of ['cafile', 'registry']) {
    const ask = ['config', 'get', name, '--workspaces=false'];
    const value = execFileSync('npm', ask, { cwd: root, encoding: 'utf8' }).trim();
    process.env[`TESTS_NPM_${name.toUpperCase()}`] = value === 'null' ? '' : value;
  }
}
