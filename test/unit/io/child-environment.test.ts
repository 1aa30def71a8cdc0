import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childEnvironment, repositoryVariables } from '../../../src/io/child-environment.js';
import { packageManagers } from '../../../src/options/package-managers.js';
import { describeWith } from '../../support/needs.js';

const names = Object.keys(packageManagers);

function environmentOf(program: string, env: Record<string, string>, platform = 'linux') {
  return childEnvironment(program, {}, { env, cwd: '/repo', platform });
}

describeWith(['git'], 'the environment of any child', () => {
  it('lacks what git says belongs to one repository', () => {
    const listed = execFileSync('git', ['rev-parse', '--local-env-vars'], { encoding: 'utf8' });
    const foreign = listed.trim().split('\n');
    expect(foreign.filter((name) => !repositoryVariables.includes(name))).toEqual([]);
    for (const program of ['git', 'npm', 'mkcert', 'node']) {
      const env = Object.fromEntries(foreign.map((name) => [name, 'elsewhere']));
      expect(Object.keys(environmentOf(program, env))).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^GIT_/)]),
      );
    }
  });
});

describe('the environment of a child', () => {
  it('has a PATH without programs of the current folder, or none', () => {
    const PATH = ':/repo/node_modules/.bin:bin:/usr/bin';
    expect(environmentOf('git', { PATH })).toEqual({ PATH: '/usr/bin' });
    expect(environmentOf('git', { PATH: '.' })).toEqual({});
  });

  it('has one PATH on Windows, where cmd.exe must not search the current folder', () => {
    expect(environmentOf('git', { Path: 'C:\\bin;.' }, 'win32')).toEqual({
      PATH: 'C:\\bin',
      NoDefaultCurrentDirectoryInExePath: '1',
    });
  });

  it('keeps the rest', () => {
    const env = {
      HOME: '/h',
      NODE_ENV: 'production',
      GIT_AUTHOR_NAME: 'A',
      npm_config_omit: 'dev',
    };
    expect(environmentOf('git', env)).toEqual(env);
  });
});

/** Each makes at least one package manager leave something out, or install elsewhere. */
const hindering = [
  'NODE_ENV',
  'npm_config_omit',
  'NPM_CONFIG_OMIT',
  'npm_config_production',
  'npm_config_only',
  'npm_config_include',
  'npm_config_optional',
  'npm_config_dev',
  'npm_config_global',
  'npm_config_location',
  'npm_config_package_lock_only',
  'npm_config_package-lock-only',
  'npm_config_workspace',
  'pnpm_config_prod',
  'pnpm_config_production',
  'pnpm_config_frozen_lockfile',
  'YARN_PRODUCTION',
  'yarn_production',
  'YARN_NODE_LINKER',
  'YARN_ENABLE_IMMUTABLE_INSTALLS',
  'BUN_CONFIG_SKIP_INSTALL_PACKAGES',
];
/** What an install may need. */
const helpful = [
  'HTTPS_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
  'npm_config_registry',
  'npm_config_cafile',
  'npm_config_ignore_scripts',
  'npm_config_prefer_offline',
  'npm_config_min_release_age',
  'YARN_NPM_REGISTRY_SERVER',
  'COREPACK_NPM_REGISTRY',
  'BUN_CONFIG_REGISTRY',
  'CI',
];

describe.each(names)('the environment of %s', (name) => {
  it('has only what an install may need', () => {
    fc.assert(
      fc.property(fc.subarray(hindering), fc.subarray(helpful), (out, kept) => {
        const env = Object.fromEntries([...out, ...kept].map((key) => [key, 'x']));
        const expected = Object.fromEntries(kept.map((key) => [key, 'x']));
        const { variables } = packageManagers[name as keyof typeof packageManagers];
        expect(environmentOf(name, env)).toEqual({ ...expected, ...variables });
      }),
    );
  });
});
