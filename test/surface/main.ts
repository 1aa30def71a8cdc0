import { writeFileSync } from 'node:fs';
import { compared, releasedPath } from './files.js';
import { isFirst, problems } from './judge.js';

// `npm run surface` compares what this version promises with the last release. In the commit of a release,
// where package.json has a new version, it writes test/surface/released.json.
const state = compared();
const { now, version, released, changelog } = state;
const found = problems(state);
if (found.length > 0) {
  process.stderr.write(`${found.join('\n')}\n`);
  process.exitCode = 1;
} else if (isFirst(changelog) || version !== released.version) {
  writeFileSync(releasedPath, `${JSON.stringify({ version, surface: now }, null, 2)}\n`);
} else {
  process.stdout.write('Every difference from the last release is in the changelog.\n');
}
