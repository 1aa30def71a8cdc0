import { readFileSync } from 'node:fs';
import manifest from '../../package.json' with { type: 'json' };
import { sectionOf } from './changelog.js';
import { missingForRelease } from './release.js';

// `npm run release` lists what is missing for a release. With a tag, as in the workflow, anything missing is
// an error; otherwise the notes of the release go to stdout.
const [tag] = process.argv.slice(2);
const changelog = readFileSync('.github/CHANGELOG.md', 'utf8');
const missing = missingForRelease(manifest, { changelog, tag });
process.stderr.write(missing.map((line) => `${line}\n`).join(''));
if (tag !== undefined && missing.length > 0) {
  process.exitCode = 1;
} else if (missing.length === 0) {
  process.stdout.write(`${sectionOf(changelog, manifest.version)?.text}\n`);
}
