import { authMistakes } from '../../../templates/src/lib/auth-settings.js';
import { judgeSettings, secretNames, type Settings } from '../../../templates/src/settings.js';
import { visible } from '../../core/printable.js';
import { extras, type ExtraName } from '../../options/extras.js';
import type { ProjectSettings } from '../project-evidence.js';

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

/** @returns the settings that hold no secret: evidence may be printed */
export function printableSettings(settings: Settings): ProjectSettings {
  const shown = { ...settings };
  secretNames.forEach((name) => Reflect.deleteProperty(shown, name));
  return shown;
}

/**
 * Judges settings as the service does at start: with its own code.
 * @param missing the extras that the project does not have, with their settings
 * @returns a sentence for each invalid setting; if there is none, for each that is missing
 */
export function invalidSettings({ env, file }: Given, missing: ExtraName[]): string[] {
  const { mistakes, settings } = judgeSettings(env, file);
  const ignored = extras.flatMap(({ name, settings: start }) =>
    start !== undefined && missing.includes(name) ? start : [],
  );
  const own = (lines: string[]): string[] =>
    lines.filter((line) => !ignored.some((start) => line.startsWith(start))).map(visible);
  const invalid = own(mistakes);
  return invalid.length > 0 ? invalid : own(authMistakes(settings));
}
