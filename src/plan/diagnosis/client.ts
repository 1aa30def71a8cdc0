/** Kinds of clients: each has authorities and rules of its own. */
export type Client = 'browser' | 'node' | 'system';
export const everyClient: Client[] = ['browser', 'node', 'system'];
