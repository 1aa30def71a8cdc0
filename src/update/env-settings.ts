import { isDeepStrictEqual, parseEnv } from 'node:util';
import { judgeSettings } from '../../templates/src/settings.js';

/** A setting that `.env` needs, or of which the new version has another value. */
export interface Setting {
  name: string;
  /** As in `.env.example`. */
  value: string;
  /** False if the service uses this value anyway. */
  needed: boolean;
}

function settingsIn(text: string): Map<string, string> {
  return new Map(Object.entries(parseEnv(text)).map(([name, value = '']) => [name, value]));
}

/** @returns whether a service without this setting uses the same value */
function isDefault(name: string, value: string): boolean {
  const [given, unset] = [{ [name]: value }, {}].map(
    (file) => new Map(Object.entries(judgeSettings({}, file).settings)),
  );
  return isDeepStrictEqual(given?.get(name), unset?.get(name));
}

/**
 * `.env` is never merged: it holds the owner's secrets.
 * @param base `.env.example` of the project's version, `theirs` that of the new one
 * @param env the text of `.env`
 * @returns the settings that are new or changed, and that `.env` has not got
 */
export function missingSettings(base: string, theirs: string, env: string): Setting[] {
  const [old, fresh, own] = [base, theirs, env].map(settingsIn);
  return [...(fresh ?? [])]
    .filter(([name, value]) => old?.get(name) !== value && own?.get(name) !== value)
    .map(([name, value]) => ({
      name,
      value,
      needed: own?.has(name) === true || !isDefault(name, value),
    }));
}

/** @returns the settings of `.env` that the new version no longer has */
export function unusedSettings(base: string, theirs: string, env: string): string[] {
  const [old, fresh, own] = [base, theirs, env].map(settingsIn);
  return [...(own?.keys() ?? [])].filter((name) => old?.has(name) === true && !fresh?.has(name));
}
