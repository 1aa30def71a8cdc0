import type { TrustRow } from '../trust/table/row.js';

/** Kinds of clients: each has its own trusted CAs and rules. */
export type Client = TrustRow['usedBy'][number];

export const everyClient: Client[] = ['browser', 'node', 'system'];
