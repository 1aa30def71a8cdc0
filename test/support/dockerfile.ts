/** One instruction of a Dockerfile: `COPY` and its arguments. */
export interface Instruction {
  name: string;
  words: string;
}

/** @returns the instructions in order, without comments and with continued lines joined */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const whole = lines.join('\n').replaceAll(/\\\n\s*/g, ' ');
  return whole.split('\n').map((line) => {
    const [, name = '', words = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    return { name: name.toUpperCase(), words };
  });
}

export interface Copy {
  /** The stage to copy from. By default, the build context. */
  from?: string;
  sources: string[];
  target: string;
  /** The octal mode of all copied files. By default, each source keeps its mode. */
  mode?: number;
}

/** @throws {Error} for an unknown option of COPY */
export function parseCopy(words: string): Copy {
  const [, from, chmod, rest = ''] =
    /^(?:--from=(\S+)\s+)?(?:--chmod=([0-7]{3})\s+)?(.*)$/.exec(words) ?? [];
  const paths = rest.split(/\s+/);
  if (paths.some((path) => path.startsWith('-'))) {
    throw new Error(`COPY ${words} is not understood here.`);
  }
  return {
    sources: paths.slice(0, -1),
    target: paths.at(-1) ?? '',
    ...(from === undefined ? {} : { from }),
    ...(chmod === undefined ? {} : { mode: Number.parseInt(chmod, 8) }),
  };
}

/** @returns the arguments of an instruction in exec form; the shell form is an error */
export function parseExec(words: string): string[] {
  const value: unknown = JSON.parse(words);
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string')) {
    throw new Error(`${words} is not in exec form.`);
  }
  return value;
}

/** A pattern as Go's filepath.Match reads it, with `**` for any number of folders. */
export function globToRegExp(pattern: string): RegExp {
  const source = pattern.replaceAll(/\*\*\/?|[*?]|[.+^${}()|[\]\\]/g, (found) => {
    const known: Record<string, string> = { '*': '[^/]*', '?': '[^/]' };
    return found.startsWith('**') ? '(?:.*/)?' : (known[found] ?? `\\${found}`);
  });
  return new RegExp(`^${source}$`);
}

/**
 * Reads a `.dockerignore` as Docker does: the last pattern that matches a path, or one of its
 * parent folders, decides.
 *
 * @returns whether a path of the context is excluded from the build
 */
export function dockerIgnore(text: string): (path: string) => boolean {
  const lines = text.split('\n').map((line) => line.trim());
  const rules = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({
      negated: line.startsWith('!'),
      pattern: globToRegExp(line.replace(/^!/, '').replace(/^\/|\/$/g, '')),
    }));
  return (path) => {
    const parts = path.split('/');
    const withParents = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
    const last = rules.findLast(({ pattern }) => withParents.some((each) => pattern.test(each)));
    return last !== undefined && !last.negated;
  };
}
