import { realpathSync } from 'node:fs';
import type { ProjectEvidence } from '../../plan/diagnosis/project-evidence.js';
import { areSettingsKnown } from '../../plan/diagnosis/project-target.js';
import { findFiles, noFiles } from './project-files.js';
import { readRecord } from './record.js';
import { findSettings } from './settings.js';
import { mistakesIn, settingsOf, type Environment } from './setting-values.js';

/**
 * Reads the settings and the files of a project, as its service would at its start. Nothing is started
 * and nothing connected to. Never throws for what stands in them.
 * @param env the environment in which the service would run
 */
export function readProject(directory: string, env: Environment): ProjectEvidence {
  const record = readRecord(directory);
  const { given, ...found } = findSettings(directory, env);
  // Secrets are not evidence: they stay out of what may be printed.
  const { KEY_PASSPHRASE: passphrase, REDIS_URL: _, ...settings } = settingsOf(given);
  // Whoever has taken the proxy away has turned HTTPS on; whoever has added one names it.
  const proxied =
    settings.TRUST_PROXY.length > 0 || (record.certSource === 'proxy' && !settings.HTTPS);
  return {
    directory: realpathSync(directory),
    platform: process.platform,
    ...(record.version === undefined ? {} : { version: record.version }),
    packageManager: record.packageManager,
    ...found,
    settings,
    mistakes: mistakesIn(given, record.redis),
    proxied,
    passphrase: passphrase !== '',
    ...(areSettingsKnown(found.envError)
      ? findFiles({ directory, settings, proxied, passphrase, own: record.certSource === 'files' })
      : noFiles),
  };
}
