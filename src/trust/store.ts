import type { CaCertificate } from './certificate.js';
import type { Machine } from './table/machine.js';
import type { StoreRow, TrustRow } from './table/row.js';

/** A trust store. A new one is a file with such a value, and a line in the list in `check.ts`. */
export interface TrustStore<Evidence> extends Pick<TrustRow, 'installer' | 'usedBy'> {
  /** As `--json` names it. */
  name: string;
  /** Only reads the store. */
  query(ca: CaCertificate): Promise<Evidence>;
  /** Touches nothing. @returns its rows of the trust table; none on a machine without this store */
  rows(evidence: Evidence, machine: Machine): StoreRow[];
}
