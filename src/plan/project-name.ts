import { UserError } from '../core/errors.js';

const longest = 214;

/**
 * The name that npm accepts for a project in this folder: lower case, no more than 214 characters,
 * only those that stand in a URL as they are, not starting with a dot or an underscore (npm's
 * documentation of package.json, "name").
 * @param folder the last part of the project's absolute path
 * @throws UserError when nothing usable is left of it
 */
export function projectName(folder: string): string {
  const name = folder
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[-]+$/g, '')
    .slice(0, longest);
  if (name === '' || name === 'node_modules' || name === 'favicon.ico') {
    throw new UserError(
      `No package name can be made of the folder name "${folder}".`,
      'Choose a name with letters from a to z.',
      { code: 'invalid-value', stage: 'answers' },
    );
  }
  return name;
}
