/** What several instances of the service share, over Redis or Valkey. */
export interface Shared {
  /** Identifies this process. */
  readonly instance: string;
  /** Whether it can be reached now. */
  isReady: () => boolean;
  /** Sends a message to all instances that subscribe, also to this one. Rejects if it is unavailable. */
  publish: (channel: string, message: Buffer) => Promise<void>;
  /**
   * Resolves when messages arrive, however long that takes. The subscription is renewed after every
   * reconnect. A channel has one listener.
   */
  subscribe: (channel: string, listener: (message: Buffer) => void) => Promise<void>;
  unsubscribe: (channel: string) => Promise<void>;
  /** Called with the channels whose messages may have been lost, as soon as they are heard again. */
  onGap: (listener: (channels: string[]) => void) => void;
  /** Stores a value under a key, for some seconds. Rejects if it is unavailable. */
  set: (key: string, value: string, seconds: number) => Promise<void>;
  /** Returns the value and deletes it, in one step: only one caller gets it (GETDEL). */
  take: (key: string) => Promise<string | undefined>;
  /** The fields of a hash. Empty if it does not exist. */
  fields: (key: string) => Promise<Map<string, string>>;
  /** Sets a field of a hash, or removes it. The hash is deleted after some seconds without a change. */
  setField: (
    key: string,
    field: string,
    value: string | undefined,
    seconds: number,
  ) => Promise<void>;
  /** Plain numbers, for metrics. */
  readonly counts: SharedCounts;
}

export interface SharedCounts {
  /** Connections that were lost. */
  reconnects: number;
  /** Messages that could not be published. */
  publishFailures: number;
  /** Messages that arrived. */
  received: number;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Undefined if the service runs as a single instance. */
    shared?: Shared;
  }
}
