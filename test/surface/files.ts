import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { root } from '../support/cli.js';
import type { Compared, Released } from './judge.js';
import { surface } from './surface.js';

export const releasedPath = join(root, 'test/surface/released.json');

export const changelogPath = join(root, '.github/CHANGELOG.md');

/** @returns the state of this repository, and the last release */
export function compared(): Compared {
  const released: Released = JSON.parse(readFileSync(releasedPath, 'utf8'));
  const changelog = readFileSync(changelogPath, 'utf8');
  return { released, now: surface(), version: manifest.version, changelog };
}
