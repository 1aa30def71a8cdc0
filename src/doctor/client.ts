/** Kinds of clients: each has its own trusted CAs and rules. */
export type Client = 'browser' | 'node' | 'system';
export const everyClient: Client[] = ['browser', 'node', 'system'];
