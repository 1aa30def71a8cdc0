import { execFileSync } from 'node:child_process';
import { root } from './cli.js';

/**
 * How npm reaches its registry is the machine's affair and not the tests': it is looked up once and
 * handed on to the sandboxes.
 */
export function lookUpRegistry(): void {
  for (const name of ['cafile', 'registry']) {
    const ask = ['config', 'get', name, '--workspaces=false'];
    const value = execFileSync('npm', ask, { cwd: root, encoding: 'utf8' }).trim();
    process.env[`TESTS_NPM_${name.toUpperCase()}`] = value === 'null' ? '' : value;
  }
}
