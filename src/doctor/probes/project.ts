import { realpathSync } from 'node:fs';
import type { ProjectEvidence } from '../project-evidence.js';
import { areSettingsKnown } from '../rules/shared/project-target.js';
import { findUpwards } from '../../io/environment.js';
import { findFiles, noFiles } from './project-files.js';
import { projectRecord } from './record.js';
import { findSettings } from './settings.js';
import {
  invalidSettings,
  printableSettings,
  settingsOf,
  type Environment,
} from './setting-values.js';

/** What an install creates, in the project or in its workspace: of npm, pnpm, Yarn and bun. */
const installs = ['node_modules/fastify', '.pnp.cjs', '.pnp.js'];

/**
 * Reads the settings and the files of a project, as its service does at start. Starts nothing and makes
 * no connection. Never throws for their contents.
 * @param env the environment in which the service would run
 */
export function readProject(directory: string, env: Environment): ProjectEvidence {
  const record = projectRecord(directory);
  const { given, ...found } = findSettings(directory, env);
  const all = settingsOf(given);
  const { KEY_PASSPHRASE: passphrase } = all;
  const settings = printableSettings(all);
  // Users who remove the proxy turn on HTTPS; users who add one set TRUST_PROXY.
  const proxied =
    settings.TRUST_PROXY.length > 0 || (record.certSource === 'proxy' && !settings.HTTPS);
  return {
    directory: realpathSync(directory),
    platform: process.platform,
    ...(record.version === undefined ? {} : { version: record.version }),
    packageManager: record.packageManager,
    tickets: !record.missing.includes('auth'),
    installed: findUpwards(directory, installs) !== undefined,
    ...found,
    settings,
    mistakes: invalidSettings(given, record.missing),
    proxied,
    passphrase: passphrase !== '',
    ...(areSettingsKnown(found.envError)
      ? findFiles({ directory, settings, proxied, passphrase, own: record.certSource === 'files' })
      : noFiles),
  };
}
