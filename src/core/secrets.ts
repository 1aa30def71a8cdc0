/** Names of parameters whose values are secret. */
const secretName =
  /token|ticket|key|secret|pass|pwd|\bpin|auth|sig|jwt|sess|sid|code|cred|nonce|otp|hash|bearer|cookie|csrf|state|user|login|access|grant|assertion/i;

/** A small number, or a word without digits. */
const plainValue = /^(\d{0,4}|[a-z][a-z-]{0,14})$/i;

/** Shorter values would hide too much of a text in which they occur. */
const leastLength = 4;

/** Shorter parts of headers and cookies are no secrets. */
const shortestPart = 3;

const hidden = '***';

/** User name and password, up to the last `@` of the authority. */
const userInfo = /:\/\/[^\s/?#"'<>]*@/g;

/** A parameter of a query or a fragment: its start, its name and its value. */
const parameter = /([?&;#])([^\s=?&;#"'<>]+)(?:=([^\s&;#"'<>]*))?/g;

/** What precedes the parameters of a URL in a text: more than a word, unless `?name=` follows. */
const beginnings = [
  /[a-z][a-z\d+.-]{0,20}:\/\/[^\s?#;"'<>]*/,
  // After one of these characters, a `?` may belong to a regular expression: `^/live/?$`.
  /(?<![\w/.%~:@\\^$*+|)\]}-])(?:\/[\w/.%~:@-]*|[\w%~@-]*[/.:][\w/.%~:@-]*(?=\?)|[\w%~@-]+(?=\?[^\s=?&;#"'<>]+=))/,
];

/** A URL, or the end of one, with parameters. */
const urlWithParameters = new RegExp(
  `(?:${beginnings.map(({ source }) => source).join('|')})[?#;](?=[\\w%.~[+-])[^\\s"'<>]*`,
  'gi',
);

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

function maskParameters(text: string): string {
  return text.replaceAll(parameter, maskedParameter);
}

/** @returns the text without user names, passwords and tokens of the URLs in it */
export function maskUrls(text: string): string {
  return text
    .replaceAll(userInfo, '://')
    .replaceAll(webToken, hidden)
    .replaceAll(urlWithParameters, maskParameters);
}

/** @returns the text of something that should be a URL, without what may be a password or token */
export function maskInvalidUrl(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z\d+.-]*:\/*)?(.*)$/is.exec(text) ?? [];
  const host = rest.replace(/^[^\s]*@/, '');
  // Without a scheme, it may be the part of a URL after an & that the shell took.
  const isPart = scheme === '' && host.includes('=');
  const masked = maskParameters(isPart ? `&${host}` : scheme + host);
  return maskUrls(masked.slice(isPart ? 1 : 0));
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

function unique(values: string[], least: number): string[] {
  const long = [...new Set(values)].filter(({ length }) => length >= least);
  // A longer one may contain a shorter one.
  return long.toSorted((one, other) => other.length - one.length);
}

/**
 * @param words what was typed
 * @returns the user names, passwords and tokens in the URLs among them, as typed and decoded
 */
export function secretsIn(words: string[]): string[] {
  const urls = words.filter((word) => /:\/\/|^[^-/].*[?&#=]/.test(word));
  const found = urls.flatMap((url) => credentialsIn(url).concat(parametersIn(url)));
  return unique(
    found.flatMap((secret) => [secret, decoded(secret), encodeURIComponent(secret)]),
    leastLength,
  );
}

/** In HTML. */
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** User name and password in a header (RFC 7617). */
function basicIn(value: string): string[] {
  const [, base64 = ''] = /^basic\s+(\S+)$/i.exec(value) ?? [];
  const text = Buffer.from(base64, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? [] : [text, text.slice(0, at), text.slice(at + 1)];
}

/**
 * @param values of headers and cookies
 * @returns them and their parts, in the forms in which an answer may repeat them
 */
export function secretForms(values: string[]): string[] {
  const parts = values.flatMap((value) => [value, ...basicIn(value), ...value.split(/[\s,;]+/)]);
  const forms = parts.flatMap((part) => [
    part,
    decoded(part),
    encodeURIComponent(part),
    JSON.stringify(part).slice(1, -1),
    part.replaceAll(/[&<>"]/g, (found) => entities[found] ?? found),
  ]);
  return unique(forms, shortestPart);
}

/** Of a text that is cut off, so much of a secret may be left that it must be hidden. */
const longStart = 8;

/** Hides a secret; of a long one, also its beginning. A short one is only hidden as a whole word. */
function hide(text: string, secret: string): string {
  if (secret.length < longStart) {
    const literal = secret.replaceAll(/\W/g, String.raw`\$&`);
    return text.replaceAll(new RegExp(`(?<!\\w)${literal}(?!\\w)`, 'g'), hidden);
  }
  const rest = secret.slice(longStart);
  const [before = '', ...tails] = text.split(secret.slice(0, longStart));
  const others = tails.map((tail) => {
    const differs = Array.from(rest, (_letter, index) => index).find(
      (index) => rest[index] !== tail[index],
    );
    return hidden + tail.slice(differs ?? rest.length);
  });
  return before + others.join('');
}

/** @returns the text without these secrets, and without those in the URLs in it */
export function withoutSecrets(text: string, secrets: string[]): string {
  return maskUrls(secrets.reduce(hide, text));
}
