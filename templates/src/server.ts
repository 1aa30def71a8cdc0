import { setTimeout } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.js';
import { ConfigError } from './lib/errors.js';
import { readEnvFile } from './lib/env-file.js';
import { isProtocolError } from './lib/guarded-socket.js';
import { listen } from './lib/listen.js';
import { thrown } from './lib/log.js';
import { readSettings, sourceOf } from './settings.js';

// Signals for a fault in the process: with a handler, Node 20 would repeat the fault forever. And
// errors, which have their own handler below.
const skip: closeWithGrace.AllEvents[] = [
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGSEGV',
  'uncaughtException',
  'unhandledRejection',
  // Otherwise a service that cannot listen would end with exit code 0.
  'beforeExit',
];

try {
  await start();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  // A timer or a connection pool of your code could keep the process alive.
  process.exit(1);
}

async function start(): Promise<void> {
  const file = readEnvFile();
  const env = { ...process.env };
  const settings = readSettings(env, file);
  // Makes the variables in .env available to your own code.
  Object.assign(process.env, { ...file, ...env });
  const app = await buildApp(settings);

  const { close } = closeWithGrace({ delay: false, logger: app.log, skip }, async () => {
    // A client that connected but never sent a request would delay the shutdown for minutes.
    await Promise.race([stop(), setTimeout(settings.SHUTDOWN_MS + 500)]);
    if (failed) process.exit(1);
  });

  async function stop(): Promise<void> {
    // After a fault, the service should not keep working.
    if (!failed) await app.drain();
    await app.close();
  }

  // An error in a timer, or in a promise that is not awaited, belongs to no connection: the service
  // shuts down as after SIGTERM, with exit code 1. Further errors must not interrupt that.
  let failed = false;
  const onError = (error: unknown) => {
    // From a stream of a socket that has no error listener. The connection ends anyway.
    if (isProtocolError(error)) return app.log.info({ err: error }, 'The connection broke.');
    const level = failed ? 'debug' : 'fatal';
    app.log[level](thrown(error), 'Uncaught error. The service is shutting down.');
    if (failed) return;
    failed = true;
    void close();
  };
  process.on('uncaughtException', onError).on('unhandledRejection', onError);
  await listen(app, settings, (name) => sourceOf(name, env, file));
}
