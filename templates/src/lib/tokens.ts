import { createSecretKey, type KeyObject } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import type { Settings } from '../settings.js';
import { algorithmsOf, secretsOf } from './auth-settings.js';
import { codeOf } from './errors.js';
import { Refusal, unauthorized, undecided } from './refusal.js';

/** Who sent a token. */
export interface User {
  /** `sub` of the token. */
  id: string;
  /** `scope` of the token (RFC 8693, section 4.2), or `scp`. */
  scopes: string[];
  /** When the token expires, in milliseconds since 1970. */
  expiresAt: number;
  /** When it was issued, likewise; 0 if it does not say. */
  issuedAt: number;
}

/** By how much the clocks of the issuer and of this service may differ, in seconds. */
export const clockToleranceSeconds = 5;

/** Ids become log fields and keys. */
const longestId = 255;

// What a client can cause. Everything else is a fault on the way to the keys.
const reasons: Record<string, string> = {
  ERR_JWT_EXPIRED: 'The token has expired.',
  ERR_JWS_INVALID: 'The token is not a complete JWT.',
  ERR_JWT_INVALID: 'The token is not a complete JWT.',
  ERR_JOSE_ALG_NOT_ALLOWED: 'The algorithm of the token is not allowed.',
  ERR_JOSE_NOT_SUPPORTED: 'The token needs an extension that is not supported.',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'The token was not signed with a key of the issuer.',
  ERR_JWKS_NO_MATCHING_KEY: 'The token was not signed with a key of the issuer.',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'The token does not name its key (kid).',
};

/** Verifies tokens. */
export interface Verifier {
  /** @throws {Refusal} 401 for a token that is not valid, 503 if the keys cannot be fetched */
  verify: (token: string) => Promise<User>;
  /** The keys of AUTH_JWKS_URL; undefined with AUTH_SECRETS. */
  remote: RemoteKeys | undefined;
}

export type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/** @returns what verifies tokens with the keys in the settings */
export function createVerifier(settings: Settings): Verifier {
  const { AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE } = settings;
  const options = {
    issuer: AUTH_ISSUER,
    audience: AUTH_AUDIENCE,
    algorithms: algorithmsOf(settings),
    // Without this, jose accepts a token that never expires.
    requiredClaims: ['exp', 'sub'],
    clockTolerance: clockToleranceSeconds,
  };
  // lib/remote-keys.ts fetches them again. While that fails, the old ones stay in use.
  const remote =
    AUTH_JWKS_URL === ''
      ? undefined
      : createRemoteJWKSet(new URL(AUTH_JWKS_URL), { cacheMaxAge: Number.POSITIVE_INFINITY });
  const secrets = secretsOf(settings).map((secret) => createSecretKey(Buffer.from(secret)));

  async function payloadOf(token: string): Promise<JWTPayload> {
    if (remote) return (await jwtVerify(token, remote, options)).payload;
    return verifyWithAny(token, secrets, options);
  }
  async function verify(token: string): Promise<User> {
    try {
      return userOf(await payloadOf(token));
    } catch (error) {
      throw refusalOf(error);
    }
  }
  return { verify, remote };
}

/** Tries the secrets one after another: tokens may be signed with the new or the old one. */
async function verifyWithAny(
  token: string,
  secrets: KeyObject[],
  options: object,
): Promise<JWTPayload> {
  const [secret, ...others] = secrets;
  if (!secret) throw new errors.JWSSignatureVerificationFailed();
  try {
    return (await jwtVerify(token, secret, options)).payload;
  } catch (error) {
    const isOther = error instanceof errors.JWSSignatureVerificationFailed;
    if (!isOther || others.length === 0) throw error;
    return verifyWithAny(token, others, options);
  }
}

/** jose checks the types of `exp`, `iss` and `aud`, but not of the others. */
function userOf({ sub, exp = 0, iat, scope, scp }: JWTPayload): User {
  const isId = typeof sub === 'string' && sub !== '' && sub.length <= longestId;
  if (!isId) throw unauthorized('The token has an invalid or missing "sub".');
  const words: unknown = typeof scope === 'string' ? scope.split(' ') : scp;
  const scopes = (Array.isArray(words) ? words : []).filter((one) => typeof one === 'string');
  return {
    id: sub,
    scopes: scopes.filter((one) => one !== ''),
    expiresAt: exp * 1000,
    issuedAt: typeof iat === 'number' ? iat * 1000 : 0,
  };
}

/** Errors of jose hold the claims of the token, so they are not passed on. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unauthorized(`The token has an invalid or missing "${error.claim}".`);
  }
  const known = reasons[codeOf(error) ?? ''];
  if (known !== undefined) return unauthorized(known);
  return undecided('The keys for verifying tokens cannot be fetched at the moment.');
}
