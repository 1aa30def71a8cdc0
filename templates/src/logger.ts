import type { FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Settings } from './settings.js';

export type LoggerOptions = Exclude<FastifyServerOptions['logger'], boolean | undefined>;

/** JSON lines for machines; lines in colour when a person watches and pino-pretty is installed. */
export function loggerOptions(settings: Pick<Settings, 'LOG_LEVEL'>): LoggerOptions {
  const options = { level: settings.LOG_LEVEL, serializers: { req: withoutQuery } };
  if (!process.stdout.isTTY || !prettyIsInstalled()) return options;
  return { ...options, transport: { target: 'pino-pretty', options: pretty } };
}

const pretty = { translateTime: 'HH:MM:ss', ignore: 'pid,hostname' };

function prettyIsInstalled(): boolean {
  try {
    return import.meta.resolve('pino-pretty') !== '';
  } catch {
    return false;
  }
}

/** Query strings stay out of the log, since tokens are often carried there. */
function withoutQuery(request: FastifyRequest) {
  const [url] = request.url.split('?');
  return { method: request.method, url, host: request.host, remoteAddress: request.ip };
}
