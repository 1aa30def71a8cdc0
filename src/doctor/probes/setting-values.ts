import { judgeSettings, type Settings } from '../../../templates/src/settings.js';
import { visible } from '../../core/printable.js';
import { extras, type ExtraName } from '../../options/extras.js';

/** Lines of an environment or of `.env`, by name. */
export type Environment = Record<string, string | undefined>;

/** Where the service finds its settings: a variable of the environment overrides a line of `.env`. */
export interface Given {
  env: Environment;
  file: Environment;
}

/** The names of all settings. */
export const settingNames = Object.keys(judgeSettings({}).settings);

/** @returns the settings that the service uses; an invalid value counts as its default */
export function settingsOf({ env, file }: Given): Settings {
  return judgeSettings(env, file).settings;
}

/**
 * Judges settings as the service does at start: with its own code.
 * @param missing the extras that the project does not have, with their settings
 * @returns a sentence for each invalid setting
 */
export function invalidSettings({ env, file }: Given, missing: ExtraName[]): string[] {
  const { mistakes } = judgeSettings(env, file);
  const ignored = extras.flatMap(({ name, settings }) =>
    settings !== undefined && missing.includes(name) ? settings : [],
  );
  return mistakes.filter((line) => !ignored.some((start) => line.startsWith(start))).map(visible);
}
