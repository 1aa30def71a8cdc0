import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.js';
import { listen } from './listen.js';
import { Mistakes } from './mistakes.js';
import { readSettings } from './settings.js';

// They tell of a fault in the process itself. With a handler, it would meet the same fault for ever.
const faults = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const;

try {
  await start();
} catch (error) {
  console.error(error instanceof Mistakes ? error.message : error);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  // A variable of the real environment wins over a line of the file.
  if (existsSync('.env')) process.loadEnvFile('.env');
  const settings = readSettings(process.env);
  const app = await buildApp(settings);

  // Without skipping beforeExit, a service that cannot listen would end with exit code 0.
  const skip = ['beforeExit' as const, ...faults];
  closeWithGrace({ delay: false, logger: app.log, skip }, async ({ err }) => {
    if (err) app.log.fatal(err);
    // A peer that connected and never sent a request would hold the service for minutes.
    await Promise.race([app.close(), setTimeout(settings.SHUTDOWN_MS + 500)]);
  });
  await listen(app, settings);
}
