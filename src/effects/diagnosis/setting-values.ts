import { proxyMistake } from '../../../templates/src/proxies.js';
import { schema } from '../../../templates/src/schema.js';
import { parseUrl } from '../../core/hosts.js';
import { visible } from '../../core/shown.js';
import type { ProjectSettings } from '../../plan/diagnosis/project-evidence.js';
import { originMistake } from './origin-mistake.js';

/** What an environment says: an empty value means the default, so that it is none. */
export type Given = Record<string, string>;

type Property = NonNullable<(typeof schema.properties)[string]>;

/** Whether the service's own schema takes a text: it is coerced as Ajv does it. */
const takes: Record<string, (text: string, property: Property) => boolean> = {
  boolean: (text) => ['true', 'false'].includes(text),
  integer: (text, { minimum, maximum }) =>
    Number(text) % 1 === 0 && Number(text) >= Number(minimum) && Number(text) <= Number(maximum),
  string: (text, { enum: choices }) => !Array.isArray(choices) || choices.includes(text),
  array: () => true,
};

function isTaken(name: string, text: string | undefined): boolean {
  const property = schema.properties[name];
  return (
    text === undefined || property === undefined || takes[property.type]?.(text, property) !== false
  );
}

/** @returns the entries of a list, as it stands in a setting */
function entries(text = ''): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function valueMistakes(given: Given): string[] {
  return Object.entries(schema.properties)
    .filter(([name]) => !isTaken(name, given[name]))
    .map(([name, { description }]) => `${name} is "${given[name]}", but must be ${description}.`);
}

function numberOf(name: string, given: Given): number {
  const text = isTaken(name, given[name]) ? given[name] : undefined;
  return Number(text ?? schema.properties[name]?.default);
}

function textOf(name: string, given: Given): string {
  return given[name] ?? String(schema.properties[name]?.default ?? '');
}

function flagOf(name: string, given: Given): boolean {
  const text = isTaken(name, given[name]) ? given[name] : undefined;
  return text === undefined ? schema.properties[name]?.default === true : text === 'true';
}

function sizeMistake(given: Given): string[] {
  const [message, buffered] = ['MAX_MESSAGE_BYTES', 'MAX_BUFFERED_BYTES'].map((name) =>
    numberOf(name, given),
  );
  return Number(message) <= Number(buffered)
    ? []
    : ['MAX_BUFFERED_BYTES is less than MAX_MESSAGE_BYTES, so that an echo may not fit in it.'];
}

/** The address may hold a password, so it is not repeated. */
function redisMistake({ REDIS_URL = '' }: Given): string[] {
  const url = parseUrl(REDIS_URL);
  const fits =
    url !== undefined && /^rediss?:$/.test(url.protocol) && /^\/?\d*$/.test(url.pathname);
  return REDIS_URL === '' || fits
    ? []
    : ['REDIS_URL must be redis://HOST:PORT, or rediss:// for TLS.'];
}

/** @returns what the service works with; a value that it does not take stands as its default */
export function settingsOf(given: Given): ProjectSettings {
  return {
    HTTPS: flagOf('HTTPS', given),
    PRIV_KEY: textOf('PRIV_KEY', given),
    CERT_KEY: textOf('CERT_KEY', given),
    CA_CERT: textOf('CA_CERT', given),
    DOMAINS: entries(given['DOMAINS']).filter((entry) => originMistake(entry) === undefined),
    HOST: textOf('HOST', given),
    PORT: numberOf('PORT', given),
    TRUST_PROXY: entries(given['TRUST_PROXY']).filter((entry) => proxyMistake(entry).length === 0),
  };
}

/**
 * Judges settings as the service does at its start: by its own schema.
 * @param redis whether it shares rooms by `REDIS_URL`
 * @returns a sentence for each mistake
 */
export function mistakesIn(given: Given, redis: boolean): string[] {
  const mistakes = [
    ...valueMistakes(given),
    ...entries(given['DOMAINS']).flatMap((entry) => originMistake(entry) ?? []),
    ...entries(given['TRUST_PROXY']).flatMap(proxyMistake),
    ...sizeMistake(given),
    ...(redis ? redisMistake(given) : []),
  ];
  return mistakes.map(visible);
}
