import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Environment = Record<string, string | undefined>;

/**
 * A separate environment for a test: it neither reads nor changes the home, trust stores or npm
 * settings of this machine.
 */
export interface Sandbox {
  /** An empty working folder. */
  folder: string;
  home: string;
  /** Where mkcert keeps its CA. */
  caRoot: string;
  env: Environment;
  remove: () => Promise<void>;
}

/** Variables of the environment that decide about trust, or that belong to a running npm. */
function isForeign(name: string): boolean {
  const trust = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE'];
  const npm = /^npm_(config|command|lifecycle|package|execpath|node)/i.test(name);
  return (
    trust.includes(name) ||
    npm ||
    name.startsWith('GIT_') ||
    name === 'INIT_CWD' ||
    name.startsWith('TESTS_')
  );
}

/** What npm needs to reach its registry, with any Node.js. */
function registryAccess(): Environment {
  const [cafile = '', registry = ''] = ['CAFILE', 'REGISTRY'].map(
    (name) => process.env[`TESTS_NPM_${name}`],
  );
  return {
    ...(cafile === '' ? {} : { npm_config_cafile: cafile }),
    ...(registry === '' ? {} : { npm_config_registry: registry }),
  };
}

/** @returns a sandbox; call `remove` after the test */
export function sandbox(): Sandbox {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'create-fastify-wss-test-')));
  const [folder, home, caRoot] = [join(root, 'work'), join(root, 'home'), join(root, 'ca')];
  for (const path of [folder, home, caRoot]) {
    mkdirSync(path);
  }
  const inherited = Object.entries(process.env).filter(([name]) => !isForeign(name));
  const env = {
    ...Object.fromEntries(inherited),
    HOME: home,
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_CONFIG_HOME: join(home, '.config'),
    CAROOT: caRoot,
    TRUST_STORES: 'nss',
    npm_config_cache: join(root, 'npm-cache'),
    ...registryAccess(),
    npm_config_update_notifier: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    GIT_CONFIG_NOSYSTEM: '1',
    CI: undefined,
    VITEST: undefined,
    NODE_ENV: undefined,
    // Services that run at the same time serve their metrics on different ports.
    METRICS_PORT: '0',
  };
  return { folder, home, caRoot, env, remove: () => rm(root, { recursive: true, force: true }) };
}

/** A name and an email address for the commits of a test. */
export const identity: Environment = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};
