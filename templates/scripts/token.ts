import { createHmac } from 'node:crypto';
import { secretsOf } from '../src/lib/auth-settings.js';
import { readEnvFile } from '../src/lib/env-file.js';
import { messageOf } from '../src/lib/errors.js';
import { readSettings, type Settings } from '../src/settings.js';
import { createSecret } from './secret.js';

// Prints a token for development: npm run token -- USER. Creates the secret in .env if it has none.
const [user = 'developer'] = process.argv.slice(2);
const lifetimeSeconds = 3600;

try {
  console.log(tokenFor(user, withSecret()));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

/** The settings of the service, with a new secret in .env if there is no key. */
function withSecret(): Settings {
  const settings = readSettings(process.env, readEnvFile());
  if (settings.AUTH_JWKS_URL !== '') {
    throw new Error('AUTH_JWKS_URL is set: get a token from your identity provider.');
  }
  if (settings.AUTH_SECRETS !== '') return settings;
  createSecret();
  // Not on stdout, which has only the token: npm run --silent token | …
  console.error('Secret for development created in .env. Restart the service.');
  const changed = readSettings(process.env, readEnvFile());
  if (changed.AUTH_SECRETS !== '') return changed;
  throw new Error('The environment overrides .env: remove AUTH_SECRETS from it.');
}

/** A JWT that is signed with the first secret (RFC 7519, section 3.1). */
function tokenFor(sub: string, settings: Settings): string {
  const { AUTH_ISSUER: iss, AUTH_AUDIENCE: aud } = settings;
  const [secret = ''] = secretsOf(settings);
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss, aud, sub, iat, exp: iat + lifetimeSeconds };
  const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
