import type { RedisOptions } from './redis-options.js';

/** Calls of the plugin, for a single Redis, one that Sentinel watches, and a cluster alike. */
export interface RedisConnection {
  readonly isReady: boolean;
  /** Resolves when the channel is heard. */
  subscribe: (channel: string) => Promise<void>;
  unsubscribe: (channel: string) => void;
  publish: (channel: string, message: Buffer) => Promise<void>;
  /** Sends a command that is about one key. */
  send: (key: string, words: string[]) => Promise<unknown>;
  /** Connects. Before, channels can already be subscribed. */
  start: () => void;
  stop: () => void;
}

export interface ConnectionEvents {
  onMessage: (channel: string, message: Buffer) => void;
  /** These channels are heard again. What was sent in the meantime is lost. */
  onGap: (channels: string[]) => void;
  /** Called whenever a server is connected. */
  onReady: () => void;
  onDown: (error: unknown) => void;
}

/** Settings that only one of the ways needs. */
export interface ConnectionOptions extends RedisOptions {
  sentinelName: string;
  sentinelPassword: string;
}
