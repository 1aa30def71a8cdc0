import { dotenvText } from './dotenv.js';

/** The languages of templates with values. */
export type TextLanguage =
  | 'dotenv'
  | 'markdown'
  | 'caddyfile'
  | 'nginx'
  | 'systemd'
  | 'dockerfile'
  | 'compose'
  | 'workflow'
  | 'yaml';

/** @returns the language of a template that may contain values, by its path */
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
  if (name.endsWith('.service')) {
    return 'systemd';
  }
  if (path.startsWith('.github/workflows/')) {
    return 'workflow';
  }
  if (/\.ya?ml$/.test(name)) {
    return 'yaml';
  }
  return /nginx.*\.conf$/.test(name) ? 'nginx' : undefined;
}

function dotenv(value: string): string {
  const text = dotenvText(value);
  if (text === undefined) {
    throw new Error(`A settings file cannot contain ${JSON.stringify(value)}.`);
  }
  return text;
}

/** Checked answers need no quoting here; anything else is refused. */
function plain(value: string): string {
  if (!/^[\w@:,./[\]* -]*$/.test(value)) {
    throw new Error(`This file cannot contain ${JSON.stringify(value)}.`);
  }
  return value;
}

/** The same, and commands of package managers, which stand in blocks of code. */
function markdown(value: string): string {
  return /[=|&]/.test(value) ? shellWords(value) : plain(value);
}

/**
 * Commands and names of package managers, in lines for sh. They need no quoting; `$`, quotes,
 * backslashes, comments and line breaks are refused.
 */
function shellWords(value: string): string {
  if (!/^[\w.][\w@:,./=*|& -]*$/.test(value) || /:(?: |$)/.test(value)) {
    throw new Error(`This file cannot contain ${JSON.stringify(value)}.`);
  }
  return value;
}

/** A scalar of YAML: a number as it is, text in single quotes (YAML 1.2.2, section 7.3.2). */
function yaml(value: string): string {
  if (/^[1-9]\d{0,4}$/.test(value)) {
    return value;
  }
  // Characters that YAML cannot contain, or would fold into a space.
  if (/[^\x20-\x7E\xA0-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]/.test(value)) {
    throw new Error(`A YAML file cannot contain ${JSON.stringify(value)}.`);
  }
  return `'${value.replaceAll("'", "''")}'`;
}

/** Compose reads `$` as a variable, and `$$` as the character. */
function compose(value: string): string {
  return yaml(value).replaceAll('$', '$$$$');
}

/** Words for sh as they are; other text, such as the path of a folder, for single quotes in YAML. */
function workflow(value: string): string {
  try {
    return shellWords(value);
  } catch {
    // GitHub evaluates ${{ }} in quotes, too.
    return value.replaceAll("'", "''").replaceAll('${{', "${{ ''${{'' }}");
  }
}

const escapes: Record<TextLanguage, (value: string) => string> = {
  dotenv,
  markdown,
  caddyfile: plain,
  nginx: plain,
  systemd: plain,
  dockerfile: shellWords,
  compose,
  workflow,
  yaml,
};

/**
 * @returns the value for a file of that language, which reads it back unchanged
 * @throws Error for a value that the language cannot express
 */
export function escapeFor(language: TextLanguage, value: string): string {
  return escapes[language](value);
}
