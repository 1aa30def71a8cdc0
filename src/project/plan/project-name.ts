import { InvalidValue, UserError } from '../../core/errors.js';
import { checkPart } from '../../core/paths.js';
import { shown } from '../../core/printable.js';

const longest = 214;

function refusal({ message, fix }: InvalidValue): UserError {
  const context = { code: 'invalid-value', stage: 'answers' } as const;
  return new UserError(`[directory]: ${message}`, fix, context);
}

/** @throws UserError for a name that is not possible on every system, even if `con/.` hid it */
function refuseImpossible(folder: string): void {
  try {
    checkPart(folder);
  } catch (error) {
    throw error instanceof InvalidValue ? refusal(error) : error;
  }
}

/**
 * The name that npm and Docker accept for a project in this folder: lower case, at most 214 characters,
 * only characters that need no escapes in a URL, no dot or underscore at the start (npm's documentation
 * of package.json, "name"). The parts of an image's name are separated by one dot, one or two
 * underscores, or dashes (Docker's documentation of `docker image tag`).
 * @param folder the last part of the project's absolute path
 * @throws UserError if no usable name is left
 */
export function projectName(folder: string): string {
  refuseImpossible(folder);
  const name = folder
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/[._-]{2,}/g, (run) => (/^(__|-+)$/.test(run) ? run : '-'))
    .replace(/^[._-]+/, '')
    .slice(0, longest)
    .replace(/[._-]+$/, '');
  if (name === '' || name === 'node_modules' || name === 'favicon.ico') {
    const message = `The folder name ${shown(folder)} gives no valid package name.`;
    throw refusal(new InvalidValue(message, 'Choose a name with letters from a to z.'));
  }
  return name;
}

/** @returns whether a text is a name that `projectName` gives */
export function isProjectName(text: string): boolean {
  try {
    return projectName(text) === text;
  } catch {
    return false;
  }
}
