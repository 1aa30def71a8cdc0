/** Names of parameters whose values are secret. */
const secretName =
  /token|ticket|key|secret|pass|pwd|\bpin|auth|sig|jwt|sess|sid|code|cred|nonce|otp|hash|bearer|cookie|csrf|state|user|login|access|grant|assertion/i;

/** A small number, or a word without digits. */
const plainValue = /^(\d{0,4}|[a-z][a-z-]{0,14})$/i;

/** Shorter values would hide too much of a text in which they occur. */
const leastLength = 4;

const hidden = '***';

/** User name and password, up to the last `@` of the authority. */
const userInfo = /:\/\/[^\s/?#"'<>]*@/g;

/** A parameter of a query or a fragment: its start, its name and its value. */
const parameter = /([?&;#])([^\s=?&;#"'<>]+)(?:=([^\s&;#"'<>]*))?/g;

/** A JSON Web Token (RFC 7519, section 3). */
const webToken = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The text contains no valid escapes.
    return text;
  }
}

function isSecret(name: string, value: string): boolean {
  return secretName.test(decoded(name)) ? value !== '' : !plainValue.test(decoded(value));
}

/** A query without a name, such as `?4f1c0a9b2d`, is a value. */
function maskedParameter(whole: string, start: string, name: string, value?: string): string {
  if (value === undefined) {
    return start !== ';' && isSecret('', name) ? `${start}${hidden}` : whole;
  }
  return isSecret(name, value) ? `${start}${name}=${hidden}` : whole;
}

/** @returns the text without user names, passwords and tokens of the URLs in it */
export function maskUrls(text: string): string {
  return text
    .replaceAll(userInfo, '://')
    .replaceAll(webToken, hidden)
    .replaceAll(parameter, maskedParameter);
}

/** @returns the text of something that should be a URL, without what may be a password or token */
export function maskInvalidUrl(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z\d+.-]*:\/*)?(.*)$/is.exec(text) ?? [];
  const host = rest.replace(/^[^\s]*@/, '');
  // Without a scheme, it may be the part of a URL after an & that the shell took.
  return scheme === '' && host.includes('=')
    ? maskUrls(`&${host}`).slice(1)
    : maskUrls(scheme + host);
}

/** The user name and the password in a URL. */
function credentialsIn(text: string): string[] {
  const [, found = ''] = /:\/\/([^\s/?#]*)@/.exec(text) ?? [];
  const at = found.indexOf(':');
  return at < 0 ? [found] : [found.slice(0, at), found.slice(at + 1)];
}

function parametersIn(text: string): string[] {
  const query = text.includes('://') ? text : `&${text}`;
  return [...query.matchAll(parameter)].flatMap(([, start = '', name = '', value]) => {
    if (value === undefined) {
      return start !== ';' && isSecret('', name) ? [name] : [];
    }
    return isSecret(name, value) ? [value] : [];
  });
}

/**
 * @param words what was typed
 * @returns the user names, passwords and tokens in the URLs among them, as typed and decoded
 */
export function secretsIn(words: string[]): string[] {
  const urls = words.filter((word) => /:\/\/|^[^-/].*[?&#=]/.test(word));
  const found = urls.flatMap((url) => credentialsIn(url).concat(parametersIn(url)));
  const forms = found.flatMap((secret) => [secret, decoded(secret), encodeURIComponent(secret)]);
  const long = [...new Set(forms)].filter(({ length }) => length >= leastLength);
  // A longer one may contain a shorter one.
  return long.toSorted((one, other) => other.length - one.length);
}

/** @returns the text without these secrets, and without those in the URLs in it */
export function withoutSecrets(text: string, secrets: string[]): string {
  return maskUrls(secrets.reduce((rest, secret) => rest.replaceAll(secret, hidden), text));
}
