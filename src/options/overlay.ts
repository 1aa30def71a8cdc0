import { InvalidValue } from '../core/errors.js';
import { checkPath } from '../core/paths.js';
import { shown } from '../core/printable.js';

/** Where an overlay comes from. */
export type OverlaySource =
  | {
      kind: 'folder';
      path: string;
      /** What was recorded of its contents. */
      fingerprint?: string;
    }
  | {
      kind: 'package';
      name: string;
      /** A version, a range or a tag. */
      version?: string;
    };

/** A path, not a name: `./overlay`, `~/overlay`, `C:\overlay`. */
const isPath = /^([.\\/~]|[a-z]:[\\/])/i;

/** A record has a fingerprint after the path. */
const withFingerprint = /^(.+)#([0-9a-f]{12})$/;

/** npm's documentation of package.json, "name"; and a version, a range without spaces, or a tag. */
const packageSpec = /^((?:@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*)(?:@([\w.^~+-]+))?$/;

/**
 * Reads the answer `overlay`: a path, or a package with a version.
 * @throws InvalidValue for another text
 */
export function overlaySource(text: string): OverlaySource {
  if (isPath.test(text)) {
    checkPath(text);
    const [, path = text, fingerprint] = withFingerprint.exec(text) ?? [];
    return { kind: 'folder', path, ...(fingerprint !== undefined && { fingerprint }) };
  }
  const [, name, version] = packageSpec.exec(text) ?? [];
  if (name === undefined) {
    throw new InvalidValue(
      `${shown(text)} is not the name of a package.`,
      'Write a folder with ./ in front, and a package as @team/overlay@1.2.3.',
    );
  }
  return { kind: 'package', name, ...(version !== undefined && { version }) };
}

/** @returns the answer for people: without the fingerprint of a record */
export function overlayTitle(text: string): string {
  const source = overlaySource(text);
  return source.kind === 'folder' ? source.path : text;
}

/** @throws InvalidValue as `overlaySource` */
export function checkOverlay(text: string): void {
  overlaySource(text);
}
