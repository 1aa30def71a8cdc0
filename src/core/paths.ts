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

/** Control characters, line breaks, surrogate halves, and the replacement character. */
const unwritable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\uFFFD]/u;

/** Bytes in one part of a path on the common file systems. */
const longestPart = 255;

function isTooLong(part: string): boolean {
  return new TextEncoder().encode(part).length > longestPart;
}

/** @throws InvalidValue for text that file systems or settings files cannot contain */
export function checkPath(text: string): void {
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
  const long = text.split('/').find(isTooLong);
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

/** @throws InvalidValue for a name that Windows reserves: a project is shared */
export function checkFolderName(name: string): void {
  if (windowsReserved.test(name)) {
    throw new InvalidValue(
      `${shown(name)} is a name that Windows reserves.`,
      'Choose another name.',
    );
  }
}

/**
 * The path of the project. Its last part becomes the name, which must be valid on every system.
 * @throws InvalidValue for names that Windows reserves or changes
 */
export function checkDirectory(text: string): void {
  checkPath(text);
  const last =
    text
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) ?? '';
  checkFolderName(last);
  if (/[. ]$/.test(last) && !/^\.{1,2}$/.test(last)) {
    throw new InvalidValue(
      `${shown(last)} ends in a ${last.endsWith('.') ? 'dot' : 'space'}, which Windows removes.`,
      'Choose a name without it.',
    );
  }
}
