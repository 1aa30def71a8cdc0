#!/usr/bin/env node
declare const PACKAGE_VERSION: string;

const argv = process.argv.slice(2);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

async function start(): Promise<void> {
  const { main } = await import('./main.js');
  process.exitCode = await main(argv, PACKAGE_VERSION);
}

// Older releases must be able to parse this file, and scripts often ask for the version: it loads nothing.
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `create-fastify-wss needs Node.js 20.19 or newer; this is ${process.versions.node}. Download it at https://nodejs.org.\n`,
  );
  process.exitCode = 1;
} else if (argv[0] === '--version' || argv[0] === '-v') {
  process.stdout.write(`${PACKAGE_VERSION}\n`);
} else {
  void start();
}
