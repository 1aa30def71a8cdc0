interface AuthSettings {
  AUTH_JWKS_URL: string;
  AUTH_SECRETS: string;
  AUTH_ISSUER: string;
  AUTH_AUDIENCE: string;
  AUTH_ALGORITHMS: string;
}

// Each kind of key has its own algorithms (RFC 7518, section 3.1): otherwise, a public key could serve
// as the secret of HS256. `none` is in no list.
const forSecrets = ['HS256', 'HS384', 'HS512'];
const forKeys = 'ES256,ES384,ES512,RS256,RS384,RS512,PS256,PS384,PS512,EdDSA'.split(',');

/** The entries of a list that is separated by commas. */
function entriesOf(list: string): string[] {
  return list.split(',').flatMap((entry) => entry.trim() || []);
}

/** The secrets, the new one first. Tokens that were signed with an older one stay valid. */
export function secretsOf({ AUTH_SECRETS }: Pick<AuthSettings, 'AUTH_SECRETS'>): string[] {
  return entriesOf(AUTH_SECRETS);
}

/** The algorithms that tokens may use. */
export function algorithmsOf({ AUTH_ALGORITHMS, AUTH_SECRETS }: AuthSettings): string[] {
  const listed = entriesOf(AUTH_ALGORITHMS);
  if (listed.length > 0) return listed;
  return AUTH_SECRETS === '' ? ['ES256', 'RS256', 'PS256', 'EdDSA'] : ['HS256'];
}

/** Explains why no token can be verified with these settings, one line each. */
export function authMistakes(settings: AuthSettings): string[] {
  const { AUTH_JWKS_URL, AUTH_SECRETS, AUTH_ISSUER, AUTH_AUDIENCE } = settings;
  const allowed = AUTH_SECRETS === '' ? forKeys : forSecrets;
  const foreign = algorithmsOf(settings).filter((name) => !allowed.includes(name));
  const mistakes: [boolean, string][] = [
    [
      AUTH_JWKS_URL === '' && AUTH_SECRETS === '',
      'AUTH_JWKS_URL and AUTH_SECRETS are empty. Set one of them. For development, run: npm run token',
    ],
    [
      AUTH_JWKS_URL !== '' && AUTH_SECRETS !== '',
      'AUTH_JWKS_URL and AUTH_SECRETS are both set. Remove one of them.',
    ],
    [
      AUTH_JWKS_URL !== '' && !isUrl(AUTH_JWKS_URL),
      'AUTH_JWKS_URL is not a URL. Copy it from your identity provider.',
    ],
    // Without these two, a token for another service would be accepted.
    [AUTH_ISSUER === '', 'AUTH_ISSUER is empty. Set it to the "iss" of your tokens.'],
    [AUTH_AUDIENCE === '', 'AUTH_AUDIENCE is empty. Set it to the "aud" of your tokens.'],
    [
      foreign.length > 0,
      `AUTH_ALGORITHMS lists ${foreign.join(', ')}. With this kind of key, it may list ${allowed.join(', ')}.`,
    ],
  ];
  return mistakes.flatMap(([isWrong, line]) => (isWrong ? [line] : []));
}

function isUrl(text: string): boolean {
  try {
    return new URL(text).hostname !== '';
  } catch {
    return false;
  }
}
