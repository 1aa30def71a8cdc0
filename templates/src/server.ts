import { setTimeout } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.js';
import { ConfigError } from './lib/errors.js';
import { readEnvFile } from './lib/env-file.js';
import { isProtocolError } from './lib/guarded-socket.js';
import { listen } from './lib/listen.js';
import { thrown } from './lib/log.js';
import { readSettings, sourceOf } from './settings.js';

// Signals that tell of a fault in the process: with a handler, Node 20 meets the same fault for ever. And
// errors, which have a handler of their own below.
const skip: closeWithGrace.AllEvents[] = [
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGSEGV',
  'uncaughtException',
  'unhandledRejection',
  // With it, a service that cannot listen would end with exit code 0.
  'beforeExit',
];

try {
  await start();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  // A timer or a pool of yours would keep the process.
  process.exit(1);
}

async function start(): Promise<void> {
  const file = readEnvFile();
  const env = { ...process.env };
  const settings = readSettings(env, file);
  // Your own code finds its variables in the environment, too.
  Object.assign(process.env, { ...file, ...env });
  const app = await buildApp(settings);

  const { close } = closeWithGrace({ delay: false, logger: app.log, skip }, async () => {
    // A peer that connected and never sent a request would hold the service for minutes.
    await Promise.race([app.close(), setTimeout(settings.SHUTDOWN_MS + 500)]);
    if (failed) process.exit(1);
  });

  // An error in a timer, or of a promise that is not awaited, belongs to no connection: the service
  // stops as after SIGTERM, with exit code 1. Others that follow must not cut that short.
  let failed = false;
  const onError = (error: unknown) => {
    // Of a stream that was made of a socket and has no error listener. The connection ends anyway.
    if (isProtocolError(error)) return app.log.info({ err: error }, 'The connection broke.');
    const level = failed ? 'debug' : 'fatal';
    app.log[level](thrown(error), 'An error that no handler caught ends the service.');
    if (!failed) void close();
    failed = true;
  };
  process.on('uncaughtException', onError).on('unhandledRejection', onError);
  await listen(app, settings, (name) => sourceOf(name, env, file));
}
