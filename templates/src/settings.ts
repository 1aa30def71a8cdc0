import { ConfigError } from './lib/errors.js';
import { originMistake } from './lib/origins.js';
import { proxyMistake } from './lib/proxies.js';
import {
  boolean,
  list,
  oneOf,
  secretText,
  text,
  wholeNumber,
  type Row,
} from './lib/setting-rows.js';

// No package does this: env-schema refuses HTTPS=1, accepts PORT=Infinity, and its messages name
// neither the value nor its source.

/** The settings of the service, one row each. `.env.example` explains them. */
const rows = {
  HTTPS: boolean(true),
  PRIV_KEY: text('certs/key.pem'),
  CERT_KEY: text('certs/cert.pem'),
  CA_CERT: text(''),
  KEY_PASSPHRASE: secretText(),
  DOMAINS: list(originMistake),
  ALLOW_NO_ORIGIN: boolean(false),
  HOST: text('localhost'),
  PORT: wholeNumber(3000, 0, 65_535),
  TRUST_PROXY: list(proxyMistake),
  LOG_LEVEL: oneOf('info', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  // {{#if rooms}}
  ROOM_MAX_PER_CONNECTION: wholeNumber(20, 1, 10_000),
  ROOM_MAX_MEMBERS: wholeNumber(1000, 1, 1_000_000),
  ROOM_DELIVERIES_PER_CONNECTION: wholeNumber(1000, 1, 1_000_000),
  ROOM_DELIVERIES_PER_ROOM: wholeNumber(10_000, 1, 1_000_000),
  ROOM_DELIVERIES_PER_INSTANCE: wholeNumber(20_000, 1, 1_000_000),
  ROOM_SLOW_MEMBERS: oneOf('drop', ['drop', 'close']),
  ROOM_SLOW_SECONDS: wholeNumber(30, 1, 3600),
  // {{/if}}
  // {{#if redis}}
  REDIS_URL: secretText(
    /^(rediss?:\/\/[^/,\s]+(\/\d*)?(,|$))+$/,
    'redis://HOST:PORT, or rediss:// for TLS',
  ),
  REDIS_MODE: oneOf('single', ['single', 'cluster', 'sentinel']),
  // Braces would put all names into one slot of a cluster; the rest are wildcards of its ACL.
  REDIS_PREFIX: text('app', /^[^\s{}*?[\]\\]+$/, 'a name without spaces, braces and wildcards'),
  REDIS_CA_CERT: text(''),
  REDIS_SENTINEL_NAME: text('mymaster'),
  REDIS_SENTINEL_PASSWORD: secretText(),
  // {{/if}}
  // {{#if auth}}
  AUTH_JWKS_URL: secretText(
    /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])[^\s@]*$/,
    'an https:// URL without a password',
  ),
  AUTH_SECRETS: secretText(
    /^[^,]{32,}(,[^,]{32,})*$/,
    'secrets of at least 32 characters, separated by commas',
  ),
  AUTH_ISSUER: text(''),
  AUTH_AUDIENCE: text(''),
  AUTH_ALGORITHMS: text(''),
  AUTH_CONNECTIONS_PER_USER: wholeNumber(20, 1, 1_000_000),
  AUTH_TICKETS_PER_MINUTE: wholeNumber(10, 1, 1_000_000),
  // {{/if}}
  // {{#if metrics}}
  METRICS_HOST: text('127.0.0.1'),
  METRICS_PORT: wholeNumber(9464, 0, 65_535),
  METRICS_MAX_DELAY_MS: wholeNumber(500, 50, 60_000),
  // {{/if}}
  MAX_MESSAGE_BYTES: wholeNumber(65_536, 1, 104_857_600),
  MAX_BUFFERED_BYTES: wholeNumber(1_048_576, 65_536, 1_073_741_824),
  MAX_CONNECTIONS: wholeNumber(10_000, 1, 1_000_000),
  MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(100, 1, 1_000_000),
  MESSAGES_PER_SECOND: wholeNumber(100, 1, 1_000_000),
  HEARTBEAT_MS: wholeNumber(25_000, 100, 3_600_000),
  SHUTDOWN_MS: wholeNumber(5000, 0, 600_000),
  DRAIN_MS: wholeNumber(0, 0, 600_000),
  CLOSES_PER_SECOND: wholeNumber(250, 1, 1_000_000),
};

/** A value for each row, of the row's type. */
export type Settings = {
  [Name in keyof typeof rows]: (typeof rows)[Name] extends Row<infer Value> ? Value : never;
};

declare module 'fastify' {
  interface FastifyInstance {
    settings: Settings;
  }
}

type Environment = Record<string, string | undefined>;

/** The names of all settings. */
export const settingNames = Object.keys(rows);

/** The names of the settings that may hold a password or a key. */
export const secretNames = Object.entries<Row<unknown>>(rows).flatMap(([name, { secret }]) =>
  secret ? name : [],
);

/**
 * Takes the settings from `env`, and missing ones from `file`, the lines of `.env`. An empty value
 * means the default.
 *
 * @throws {ConfigError} with one line for each invalid value.
 */
export function readSettings(env: Environment, file: Environment = {}): Settings {
  const { settings, mistakes } = judgeSettings(env, file);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return settings;
}

/** The same without throwing: invalid values are replaced by the default. */
export function judgeSettings(env: Environment, file: Environment = {}) {
  const mistakes: string[] = [];
  const read = Object.entries<Row<unknown>>(rows).map(([name, row]) => {
    const given = (env[name] ?? file[name] ?? '').trim();
    if (given === '') return [name, row.default];
    const value = row.read(given);
    const fits = value !== undefined;
    const own = row.mistakes?.(given) ?? (fits ? [] : [expectation(row, given)]);
    mistakes.push(...own.map((mistake) => `${name} (${sourceOf(name, env, file)}) ${mistake}`));
    return [name, value ?? row.default];
  });
  const settings: Settings = Object.fromEntries(read);
  if (settings.MAX_MESSAGE_BYTES > settings.MAX_BUFFERED_BYTES) {
    mistakes.push(
      'MAX_BUFFERED_BYTES is less than MAX_MESSAGE_BYTES: an echo may not fit. Raise it.',
    );
  }
  if (settings.DRAIN_MS > 0 && settings.DRAIN_MS >= settings.SHUTDOWN_MS) {
    mistakes.push(
      'DRAIN_MS is not less than SHUTDOWN_MS: no time is left for closing. Raise SHUTDOWN_MS.',
    );
  }
  return { settings, mistakes };
}

/** Tells where the value of a setting comes from, since the environment silently overrides `.env`. */
export function sourceOf(name: string, env: Environment, file: Environment = {}): string {
  if (env[name] === undefined) return file[name] ? 'from .env' : 'the default';
  return file[name] ? 'from the environment, which overrides .env' : 'from the environment';
}

function expectation({ expected, secret }: Row<unknown>, given: string): string {
  return secret ? `must be ${expected}.` : `is "${given}", but must be ${expected}.`;
}
