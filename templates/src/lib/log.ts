import { Socket } from 'node:net';
import { inspect } from 'node:util';
import type { FastifyRequest, FastifyServerOptions } from 'fastify';
import { destination, stdSerializers } from 'pino';
import type { Settings } from '../settings.js';

export type LogOptions = Exclude<FastifyServerOptions['logger'], boolean | undefined>;

interface Destination {
  write: (line: string) => void;
}

/** What may wait for a slow reader of the log, in bytes. */
const mostWaiting = 1_048_576;
// DEL, C1, and the characters that turn the direction of a line: terminals and log viewers obey them.
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** JSON lines for machines; short lines in colour on a terminal where pino-pretty is installed. */
export async function logOptions({ LOG_LEVEL }: Pick<Settings, 'LOG_LEVEL'>): Promise<LogOptions> {
  const stream = process.stdout.isTTY ? await terminal() : output();
  return { level: LOG_LEVEL, serializers, stream };
}

/** No secret gets into the log: no query, no user and password, no part of a request that was broken. */
export const serializers = {
  req({ method, url, host, ip }: FastifyRequest) {
    return { method, url: pathOf(url), host, remoteAddress: ip };
  },
  err(error: Error) {
    return { ...stdSerializers.err(error), rawPacket: undefined };
  },
};

/** What a line shows of something that was thrown. Some code throws what is not an Error. */
export function thrown(error: unknown): { err: Error } | { thrown: string } {
  return error instanceof Error ? { err: error } : { thrown: inspect(error).slice(0, 2000) };
}

/** The path of a request's target: `GET http://user:password@host/path;id=1?token=2#part`. */
export function pathOf(target: string): string {
  return target.replace(/^\w+:\/\/[^/?#]*/, '').replace(/[?#;].*$/s, '');
}

/** Writes characters that a terminal may obey as JSON and JavaScript escape them. */
export function printable(text: string): string {
  return text.replace(unsafe, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** In this process, and not as a transport of pino: lines stay in the order in which they were written. */
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
 * Writes to stdout, and loses lines rather than the service: a full disk, a closed pipe or a reader that
 * does not read stop neither its work nor its end.
 *
 * Measured with pino's own destinations: a full disk ends the process or holds it up for ever, and
 * after SIGTERM it waits for a reader that does not read.
 */
function output(): Destination {
  const { stdout } = process;
  // Not fstatSync(1): after it looked at a pipe, Node.js 20 and 22 follow no links to packages
  // (nodejs/node#51142), which is what pnpm installs.
  if (!(stdout instanceof Socket)) {
    const file = destination({ fd: 1, sync: true, maxLength: mostWaiting });
    file.on('error', ignoreLoss).on('drop', ignoreLoss);
    return { write: (line) => void file.write(printable(line)) };
  }
  stdout.on('error', ignoreLoss);
  return {
    write(line) {
      if (stdout.writableLength < mostWaiting) stdout.write(printable(line));
    },
  };
}

function ignoreLoss(): void {}
