import { describe, expect, it } from 'vitest';
import { installCommand, type PackageManager } from '../../../src/options/package-managers.js';

type Row = [PackageManager, Record<string, string>, string[]];

const rows: Row[] = [
  ['npm', {}, ['npm', 'install']],
  ['npm', { CI: 'true', NODE_ENV: 'development' }, ['npm', 'install']],
  ['npm', { NODE_ENV: 'production' }, ['env', '-u', 'NODE_ENV', 'npm', 'install']],
  ['npm', { npm_config_omit: 'dev' }, ['env', '-u', 'npm_config_omit', 'npm', 'install']],
  ['pnpm', { NODE_ENV: 'production' }, ['env', '-u', 'NODE_ENV', 'pnpm', 'install']],
  ['yarn', { CI: 'true' }, ['yarn', 'install', '--no-immutable']],
  ['yarn', { CI: 'false' }, ['yarn', 'install']],
];

describe('the typed command of an install', () => {
  it.each(rows)('with %s and %o', (manager, env, command) => {
    expect(installCommand(manager, { env, platform: 'linux' })).toEqual(command);
  });

  it('has a form for both shells of Windows', () => {
    const env = { NODE_ENV: 'production', npm_config_omit: 'dev' };
    expect(installCommand('npm', { env, platform: 'win32' })).toEqual([
      'cmd',
      '/c',
      'set NODE_ENV=&& set npm_config_omit=&& npm install',
    ]);
  });
});
