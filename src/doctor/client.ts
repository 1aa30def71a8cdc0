import type { TrustRow } from '../trust/table/row.js';

/** Kinds of clients: each has its own trusted CAs and rules. */
export type Client = TrustRow['usedBy'][number];
/** The first major release of Node.js whose OpenSSL refuses keys with less than 2048 bits. */
export const strictNode = 24;

export const everyClient: Client[] = ['browser', 'node', 'system'];
