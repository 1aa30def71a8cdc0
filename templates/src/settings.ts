import envSchema from 'env-schema';
import { Mistakes } from './mistakes.js';
import { originMistake } from './origins.js';
import { proxyMistake } from './proxies.js';
import { schema } from './schema.js';

/** The settings of the service. `.env.example` says what each of them does. */
export interface Settings {
  HTTPS: boolean;
  PRIV_KEY: string;
  CERT_KEY: string;
  CA_CERT: string;
  KEY_PASSPHRASE: string;
  DOMAINS: string[];
  ALLOW_NO_ORIGIN: boolean;
  HOST: string;
  PORT: number;
  TRUST_PROXY: string[];
  LOG_LEVEL: string;
  // {{#if redis}}
  REDIS_URL: string;
  REDIS_CHANNEL: string;
  // {{/if}}
  MAX_MESSAGE_BYTES: number;
  MAX_BUFFERED_BYTES: number;
  MAX_CONNECTIONS: number;
  MAX_CONNECTIONS_PER_ADDRESS: number;
  MESSAGES_PER_SECOND: number;
  HEARTBEAT_MS: number;
  SHUTDOWN_MS: number;
}

declare module 'fastify' {
  interface FastifyInstance {
    settings: Settings;
  }
}

type Environment = Record<string, string | undefined>;

/**
 * Takes the settings from `env` and from nothing else. An empty value means the default.
 *
 * @throws {Mistakes} with one line for each value that the service cannot work with.
 */
export function readSettings(env: Environment): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  const DOMAINS = entries(given.DOMAINS);
  const TRUST_PROXY = entries(given.TRUST_PROXY);
  const mistakes = [...DOMAINS.map(originMistake), ...TRUST_PROXY.map(proxyMistake)].flat();
  try {
    const settings = envSchema<Settings>({
      schema,
      data: { ...given, DOMAINS, TRUST_PROXY },
      env: false,
    });
    mistakes.push(...sizeMistake(settings));
    if (mistakes.length === 0) return settings;
  } catch (error) {
    mistakes.unshift(...valueMistakes(error, given));
  }
  throw new Mistakes(mistakes);
}

function sizeMistake({ MAX_MESSAGE_BYTES, MAX_BUFFERED_BYTES }: Settings): string[] {
  if (MAX_MESSAGE_BYTES <= MAX_BUFFERED_BYTES) return [];
  return ['MAX_BUFFERED_BYTES is less than MAX_MESSAGE_BYTES, so that an echo may not fit in it.'];
}

function entries(value = ''): string[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function valueMistakes(error: unknown, given: Environment): string[] {
  if (!(error instanceof Error && 'errors' in error && Array.isArray(error.errors))) throw error;
  const names = error.errors.map(({ instancePath }) => String(instancePath).slice(1));
  return names.map((name) => {
    return `${name} is "${given[name]}", but must be ${schema.properties[name]?.description}.`;
  });
}
