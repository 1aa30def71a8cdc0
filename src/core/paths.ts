import { dotenvText } from './dotenv.js';
import { InvalidValue } from './errors.js';
import { shown } from './printable.js';

/** Where a project keeps its development certificate: the same on every machine. */
export const pairFolder = 'certs';

/** The files of a key and its certificate, in that folder or wherever they are made. */
export const pairNames = { keyFile: 'key.pem', certFile: 'cert.pem' };

/** The same, relative to the project. */
export const pairPaths = {
  keyFile: `${pairFolder}/${pairNames.keyFile}`,
  certFile: `${pairFolder}/${pairNames.certFile}`,
};

/** The file with the version and the answers that generated a project. */
export const recordPath = '.create-fastify-wss.json';

const windowsReserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;

/** Characters that Windows does not allow in names. */
const windowsForbidden = [...':*?"<>|', '\\'];

/** Control characters, line breaks, surrogate halves, and the replacement character. */
const unwritable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\uFFFD]/u;

/** Bytes in one part of a path on the common file systems. */
const longestPart = 255;

function isTooLong(part: string): boolean {
  return new TextEncoder().encode(part).length > longestPart;
}

/** @returns the names in a path, without empty ones, `.` and `..` */
function partsOf(path: string, platform: string): string[] {
  const parts = path.split(platform === 'win32' ? /[\\/]/ : '/');
  return parts.filter((part) => !/^\.{0,2}$/.test(part));
}

/** @throws InvalidValue for text that file systems or settings files cannot contain */
export function checkPath(text: string, platform: string = process.platform): void {
  const fix = 'Write the path of a file or folder.';
  if (text.trim() === '') {
    throw new InvalidValue(`${shown(text)} is not a path.`, fix);
  }
  if (unwritable.test(text)) {
    throw new InvalidValue(
      `${shown(text)} is not a path: it contains a line break, a control character or broken Unicode.`,
      fix,
    );
  }
  const long = partsOf(text, platform).find(isTooLong);
  if (long !== undefined) {
    throw new InvalidValue(
      `${shown(long)} is longer than ${longestPart} bytes, the limit of file systems.`,
      'Choose a shorter name.',
    );
  }
}

/**
 * A path in a settings file, whose quotes have no escapes.
 * @throws InvalidValue also for a path with every kind of quote
 */
export function checkSettingsPath(text: string): void {
  checkPath(text);
  if (dotenvText(text) === undefined) {
    throw new InvalidValue(
      `${shown(text)} contains more kinds of quotes than a settings file allows.`,
      'Rename the file.',
    );
  }
}

/**
 * Checks one part of a path: the name must be possible on every system, since a project is shared.
 * @param allowed characters that are possible there anyway
 * @throws InvalidValue for a name that Windows reserves, changes or does not allow
 */
export function checkPart(name: string, allowed: string[] = []): void {
  if (windowsReserved.test(name)) {
    throw new InvalidValue(
      `${shown(name)} is a name that Windows reserves.`,
      'Choose another name.',
    );
  }
  const forbidden = windowsForbidden.find((each) => name.includes(each) && !allowed.includes(each));
  if (forbidden !== undefined) {
    throw new InvalidValue(
      `${shown(name)} contains ${shown(forbidden)}, which Windows does not allow in names.`,
      'Choose a name without it.',
    );
  }
  if (/[. ]$/.test(name)) {
    throw new InvalidValue(
      `${shown(name)} ends in a ${name.endsWith('.') ? 'dot' : 'space'}, which Windows removes.`,
      'Choose a name without it.',
    );
  }
}

/**
 * The path of the project, as typed. Its parts must be possible on every system. A parent folder may
 * exist already, so some characters in its name only cause a warning: see `parentWarnings`.
 * @throws InvalidValue for a part that Windows reserves, changes or does not allow
 */
export function checkDirectory(text: string, platform: string = process.platform): void {
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(text)) {
    throw new InvalidValue(
      'A URL is not a directory.',
      'Did you mean npx create-fastify-wss doctor URL?',
    );
  }
  checkPath(text, platform);
  const parts = partsOf(text, platform);
  parts.slice(0, -1).forEach((part) => checkPart(part, [':', '?']));
  parts.slice(-1).forEach((part) => checkPart(part));
}

/** @returns warnings about names of parent folders with which the project's own programs fail */
export function parentWarnings(directory: string, platform: string = process.platform): string[] {
  // PATH is divided at a colon, on Windows at a semicolon. TypeScript and tsx misread the others.
  const harmful = platform === 'win32' ? [';'] : [':', '?', '*', '\\'];
  return partsOf(directory, platform)
    .slice(0, -1)
    .flatMap((part) => {
      const found = harmful.find((each) => part.includes(each));
      return found === undefined
        ? []
        : [
            `The parent folder ${shown(part)} contains ${shown(found)}. The project's scripts fail there.`,
          ];
    });
}

/** @returns a path in which `~` at the start means the home folder, as in a shell */
export function expandHome(path: string, home: string): string {
  return path.replace(/^~(?=$|[\\/])/, () => home);
}
