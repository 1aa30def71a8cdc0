import { EventEmitter, once } from 'node:events';
import { loggerOptions, type LoggerOptions } from '../src/logger.js';
import type { Settings } from '../src/settings.js';

/** A line of the log. */
export interface LogLine {
  msg: string;
  [key: string]: unknown;
}

export interface Log {
  /** For `buildApp`. */
  options: LoggerOptions;
  lines: LogLine[];
  /** Waits until a line says it, and gives that line. */
  has: (message: RegExp) => Promise<LogLine>;
}

/** Keeps what the service logs instead of printing it. */
export function keepLog({ LOG_LEVEL }: Pick<Settings, 'LOG_LEVEL'>): Log {
  const lines: LogLine[] = [];
  const written = new EventEmitter();
  const stream = {
    write(line: string) {
      lines.push(JSON.parse(line));
      written.emit('line');
    },
  };

  async function has(message: RegExp): Promise<LogLine> {
    const signal = AbortSignal.timeout(10_000);
    for (;;) {
      const line = lines.find(({ msg }) => message.test(msg));
      if (line) return line;
      await once(written, 'line', { signal });
    }
  }

  const { level, serializers } = loggerOptions({ LOG_LEVEL });
  return { options: { level, serializers, stream }, lines, has };
}
