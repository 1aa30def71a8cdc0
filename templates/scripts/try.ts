import { existsSync } from 'node:fs';
import { Mistakes } from '../src/mistakes.js';
import { readSettings } from '../src/settings.js';
import { greet } from './greet.js';
import { targetOf } from './target.js';

// Tries the running service as a page would, with every check on. Its arguments: [URL] [ORIGIN]
try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  // Some package managers hand the -- on that stands before the arguments.
  const words = process.argv.slice(2).filter((word) => word !== '--');
  const target = targetOf(readSettings(process.env), words);
  console.log(`Connecting to ${target.url} as a page of ${target.origin}`);
  const { greeting, answer, certificate } = await greet(target);
  if (certificate)
    console.log(`Its certificate is trusted, by Node or the authority in CAROOT: ${certificate}`);
  console.log(`Sent "${greeting}" and got "${answer}".`);
} catch (error) {
  console.error(error instanceof Mistakes ? error.message : error);
  process.exitCode = 1;
}
