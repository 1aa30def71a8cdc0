/** What several instances of the service share, over Redis or Valkey. */
export interface Shared {
  /** Whether it can be reached now. */
  isReady: () => boolean;
  /** Sends a message to all instances that subscribe, also to this one. Rejects if it is unavailable. */
  publish: (channel: string, message: Buffer) => Promise<void>;
  /** Resolves when messages arrive. The subscription is renewed after every reconnect. */
  subscribe: (channel: string, listener: (message: Buffer) => void) => Promise<void>;
  unsubscribe: (channel: string) => Promise<void>;
  /** Stores a value under a key, for some seconds. Rejects if it is unavailable. */
  set: (key: string, value: string, seconds: number) => Promise<void>;
  /** Returns the value and deletes it, in one step: only one caller gets it (GETDEL). */
  take: (key: string) => Promise<string | undefined>;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Undefined if the service runs as a single instance. */
    shared?: Shared;
  }
}
