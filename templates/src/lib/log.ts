import { Socket } from 'node:net';
import { inspect } from 'node:util';
import type { FastifyRequest, FastifyServerOptions } from 'fastify';
import { destination, stdSerializers } from 'pino';
import type { Settings } from '../settings.js';

export type LogOptions = Exclude<FastifyServerOptions['logger'], boolean | undefined>;

interface Destination {
  write: (line: string) => void;
}

/** How many bytes may wait for a slow reader of the log. */
const maxWaitingBytes = 1_048_576;
// DEL, C1, and the characters that change the text direction: terminals and log viewers obey them.
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** JSON lines, or short coloured lines on a terminal if pino-pretty is installed. */
export async function logOptions({ LOG_LEVEL }: Pick<Settings, 'LOG_LEVEL'>): Promise<LogOptions> {
  const stream = process.stdout.isTTY ? await terminal() : output();
  return { level: LOG_LEVEL, serializers, stream };
}

/** Keep secrets out of the log: query strings, user names, passwords, malformed requests. */
export const serializers = {
  req({ method, url, host, ip }: FastifyRequest) {
    return { method, url: pathOf(url), host, remoteAddress: ip };
  },
  err(error: Error) {
    return { ...stdSerializers.err(error), rawPacket: undefined };
  },
};

/** The log fields for anything that was thrown. Some code throws values that are not an Error. */
export function thrown(error: unknown): { err: Error } | { thrown: string } {
  return error instanceof Error ? { err: error } : { thrown: inspect(error).slice(0, 2000) };
}

/** The path of a request's target: `GET http://user:password@host/path;id=1?token=2#part`. */
export function pathOf(target: string): string {
  return target.replace(/^\w+:\/\/[^/?#]*/, '').replace(/[?#;].*$/s, '');
}

/** Escapes characters that a terminal may obey, as JSON and JavaScript do. */
export function printable(text: string): string {
  return text.replace(unsafe, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Formats lines in this process, not in a transport of pino, so that they stay in order. */
async function terminal(): Promise<Destination> {
  const { write } = output();
  try {
    const { prettyFactory } = await import('pino-pretty');
    const ignore = 'pid,hostname,reqId';
    const pretty = prettyFactory({ translateTime: 'HH:MM:ss', ignore, singleLine: true });
    return { write: (line) => write(pretty(line)) };
  } catch {
    return { write };
  }
}

/**
 * Writes to stdout, and drops lines if it cannot: a full disk, a closed pipe or a blocked reader
 * neither stops the service nor delays its shutdown.
 *
 * Measured with pino's own destinations: a full disk ends the process or blocks it forever, and
 * after SIGTERM it waits for a blocked reader.
 */
function output(): Destination {
  const { stdout } = process;
  // Not fstatSync(1): after that call on a pipe, Node.js 20 and 22 do not resolve symbolic links to
  // packages (nodejs/node#51142), which pnpm creates.
  if (!(stdout instanceof Socket)) {
    const file = destination({ fd: 1, sync: true, maxLength: maxWaitingBytes });
    file.on('error', ignoreLoss).on('drop', ignoreLoss);
    return { write: (line) => void file.write(printable(line)) };
  }
  stdout.on('error', ignoreLoss);
  return {
    write(line) {
      if (stdout.writableLength < maxWaitingBytes) stdout.write(printable(line));
    },
  };
}

function ignoreLoss(): void {}
