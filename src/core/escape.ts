import { dotenvText } from './dotenv.js';

/** The languages in which templates hold values. */
export type TextLanguage =
  'dotenv' | 'markdown' | 'caddyfile' | 'nginx' | 'dockerfile' | 'compose' | 'workflow';

/** @returns the language of a template that may hold values, by its path */
export function textLanguageOf(path: string): TextLanguage | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith('.env')) {
    return 'dotenv';
  }
  if (name.endsWith('.md')) {
    return 'markdown';
  }
  if (name.endsWith('Caddyfile')) {
    return 'caddyfile';
  }
  if (name === 'Dockerfile') {
    return 'dockerfile';
  }
  if (/^compose.*\.yaml$/.test(name)) {
    return 'compose';
  }
  if (path.startsWith('.github/workflows/')) {
    return 'workflow';
  }
  return /nginx.*\.conf$/.test(name) ? 'nginx' : undefined;
}

function dotenv(value: string): string {
  const text = dotenvText(value);
  if (text === undefined) {
    throw new Error(`No settings file can hold ${JSON.stringify(value)}.`);
  }
  return text;
}

/** What the answers' checks let through needs no quoting here; anything else must not get in. */
function plain(value: string): string {
  if (!/^[\w@:,./[\]* -]*$/.test(value)) {
    throw new Error(`${JSON.stringify(value)} cannot stand in this file.`);
  }
  return value;
}

/**
 * Commands and names of the table of package managers, which stand in lines for sh. They need no
 * quoting; `$`, quotes, backslashes, comments and line breaks must not get in.
 */
function shellWords(value: string): string {
  if (!/^[\w.][\w@:,./=*|& -]*$/.test(value) || /:(?: |$)/.test(value)) {
    throw new Error(`${JSON.stringify(value)} cannot stand in this file.`);
  }
  return value;
}

/**
 * A whole scalar of a Compose file: a number as it is, else text in single quotes (YAML 1.2.2,
 * section 7.3.2). Compose takes `$` for a variable, and `$$` for the character.
 */
function compose(value: string): string {
  if (/^[1-9]\d{0,4}$/.test(value)) {
    return value;
  }
  // What YAML cannot hold, or would fold into a space.
  if (/[^\x20-\x7E\xA0-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]/.test(value)) {
    throw new Error(`No Compose file can hold ${JSON.stringify(value)}.`);
  }
  return `'${value.replaceAll("'", "''").replaceAll('$', '$$$$')}'`;
}

const escapes: Record<TextLanguage, (value: string) => string> = {
  dotenv,
  markdown: plain,
  caddyfile: plain,
  nginx: plain,
  dockerfile: shellWords,
  compose,
  workflow: shellWords,
};

/**
 * @returns the value as it is written in a file of that language, which reads it back unchanged
 * @throws Error for a value that the language cannot hold
 */
export function escapeFor(language: TextLanguage, value: string): string {
  return escapes[language](value);
}
