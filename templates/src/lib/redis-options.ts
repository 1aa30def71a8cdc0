import { readFileSync } from 'node:fs';
import { ConfigError, codeOf, messageOf } from './errors.js';

/** A server, and how to log in. */
export interface Address {
  host: string;
  port: number;
}

/** What all connections have in common. */
export interface RedisOptions {
  addresses: Address[];
  username?: string;
  password?: string;
  database?: number;
  tls: boolean;
  /** CA certificates in PEM form, instead of the public ones. */
  ca?: string;
}

/**
 * Reads REDIS_URL, a list of URLs. The first names the user, the password and the protocol.
 *
 * @throws {ConfigError} without repeating the URL, which may hold a password
 */
export function redisOptions(urls: string, caFile: string): RedisOptions {
  const parsed = urls.split(',').flatMap((url) => (url === '' ? [] : parse(url)));
  const [first] = parsed;
  if (!first) throw new ConfigError([urlMistake]);
  const { username, password, pathname } = first;
  const database = Number(pathname.slice(1));
  return {
    addresses: parsed.map(({ hostname, port }) => ({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port || 6379),
    })),
    tls: first.protocol === 'rediss:',
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(database > 0 ? { database } : {}),
    ...(caFile === '' ? {} : { ca: readCa(caFile) }),
  };
}

const urlMistake = 'REDIS_URL must be redis://HOST:PORT, or rediss:// for TLS.';

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch (cause) {
    throw new ConfigError([urlMistake], { cause });
  }
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError([`REDIS_CA_CERT cannot be read: ${messageOf(cause)}`], { cause });
  }
}

const certificateCodes =
  /^(SELF_SIGNED_CERT|DEPTH_ZERO_SELF|UNABLE_TO_(GET|VERIFY)|CERT_|ERR_TLS_CERT)/;

/**
 * Explains why a connection failed, and what to do.
 *
 * @param wasConnected whether these settings have worked before
 */
export function explainRedisError(error: unknown, tls: boolean, wasConnected: boolean): string {
  const message = messageOf(error);
  const text = `${codeOf(error) ?? ''} ${message}`;
  if (certificateCodes.test(text.trim()))
    return `${message}. Set REDIS_CA_CERT to the CA certificate of Redis.`;
  if (/WRONGPASS|NOAUTH/.test(text)) return `${message}. Check user and password in REDIS_URL.`;
  if (/NOPERM/.test(text)) return `${message}. docs/redis.md lists the rights that are needed.`;
  if (wasConnected) return message;
  if (tls && /Connection timeout/.test(text))
    return `${message}. If the port does not speak TLS, use redis:// in REDIS_URL.`;
  if (!tls && /ECONNRESET|closed unexpectedly/i.test(text))
    return `${message}. If the port expects TLS, use rediss:// in REDIS_URL.`;
  return message;
}
