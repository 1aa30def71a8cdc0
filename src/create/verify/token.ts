import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

const lifetimeSeconds = 60;

/**
 * Signs a token as `npm run token` does (RFC 7519, section 3.1).
 * @param directory a project whose `.env` has the secret for development
 * @returns the headers with which its service lets a program in
 */
export function tokenHeaders(directory: string): Record<string, string> {
  const file = parseEnv(readFileSync(join(directory, '.env'), 'utf8'));
  const setting = (name: string): string => process.env[name] ?? file[name] ?? '';
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iss: setting('AUTH_ISSUER'),
    aud: setting('AUTH_AUDIENCE'),
    sub: 'verification',
    iat,
    exp: iat + lifetimeSeconds,
  };
  const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const [secret = ''] = setting('AUTH_SECRETS').split(',');
  const signature = createHmac('sha256', secret).update(text).digest('base64url');
  return { authorization: `Bearer ${text}.${signature}` };
}
