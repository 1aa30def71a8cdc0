import { createHmac, sign, type KeyObject } from 'node:crypto';
import type { TestContext } from 'node:test';

/** The secret of the tests. */
export const secret = 'a-secret-of-the-tests-with-more-than-32-bytes';
export const issuer = 'https://login.example';
export const audience = 'app.example';

/** The settings with which a service accepts the tokens of the tests. */
export const authSettings = {
  AUTH_SECRETS: secret,
  AUTH_ISSUER: issuer,
  AUTH_AUDIENCE: audience,
  AUTH_CONNECTIONS_PER_USER: '1000',
};

interface Options {
  header?: Record<string, unknown>;
  /** A secret for HS256, or a private key. */
  key?: string | KeyObject;
}

/** Makes a token as an identity provider does, without the library that verifies it. */
export function makeToken(
  claims: object = {},
  { header = {}, key = secret }: Options = {},
): string {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: issuer, aud: audience, sub: 'ada', iat: now, exp: now + 3600, ...claims };
  const alg =
    typeof key === 'string' ? 'HS256' : key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
  const text = [{ alg, typ: 'JWT', ...header }, all]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${signature(text, key)}`;
}

function signature(text: string, key: string | KeyObject): string {
  if (typeof key === 'string') return createHmac('sha256', key).update(text).digest('base64url');
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString(
    'base64url',
  );
}

/** The header of a client with this token. */
export function bearer(token = makeToken()): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** Stops the clock of dates. @returns a function that sets it, in milliseconds from now */
export function movingClock(t: TestContext): (ms: number) => void {
  const start = Date.now();
  let moved = 0;
  t.mock.method(Date, 'now', () => start + moved);
  return (ms) => void (moved = ms);
}
