#!/usr/bin/env node
declare const PACKAGE_VERSION: string;

const argv = process.argv.slice(2);

// Scripts often ask for the version: it loads nothing.
if (argv[0] === '--version' || argv[0] === '-v') {
  process.stdout.write(`${PACKAGE_VERSION}\n`);
} else {
  const { main } = await import('./main.js');
  process.exitCode = await main(argv, PACKAGE_VERSION);
}
