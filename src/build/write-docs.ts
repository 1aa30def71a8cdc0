import { readFileSync, writeFileSync } from 'node:fs';
import { documents } from './docs.js';

// `npm run docs` runs this at the top of the repository.
for (const [path, write] of Object.entries(documents)) {
  // oxlint-disable-next-line no-await-in-loop -- few files
  writeFileSync(path, await write(readFileSync(path, 'utf8')));
}
