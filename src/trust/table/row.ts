export type TrustState = 'trusted' | 'not-trusted' | 'not-present' | 'unknown';

/** Whether one kind of client trusts the CA, and how to change that. */
export interface StoreRow {
  title: string;
  /** The clients that use this store, in words. */
  clients: string;
  state: TrustState;
  /** The file or folder of the store. */
  path?: string;
  note?: string;
  /** Commands that make it trust the CA; empty if it does, or if no command is known. */
  fix: string[][];
  /** They remove a certificate from elsewhere with the CA's name, which only the user may do. */
  replaces?: true;
  /** Commands that undo that, if it trusts the CA. */
  undo: string[][];
}

/** A row of the trust table. */
export interface TrustRow extends StoreRow {
  /** The name of the store. */
  store: string;
  /**
   * What adds the CA: mkcert; certutil, started by mkcert or after it; a command for the user; or
   * nothing, since each process gets the CA from its environment.
   */
  installer: 'mkcert' | 'certutil' | 'user' | 'environment';
  /** The kinds of clients that use the store. */
  usedBy: ('browser' | 'node' | 'system')[];
}

/** @returns the state of a store that has the CA, lacks it, or could not be checked */
export function stateOf(hasCa: boolean | undefined): TrustState {
  if (hasCa === undefined) {
    return 'unknown';
  }
  return hasCa ? 'trusted' : 'not-trusted';
}

/** @returns whether mkcert, or certutil after it, adds the CA to the store */
export function isInstallable({ installer }: TrustRow): boolean {
  return installer === 'mkcert' || installer === 'certutil';
}

/** @returns whether a store does not trust the CA, as far as is known, but can be made to */
export function isFixable(row: TrustRow): boolean {
  const { state, fix, installer } = row;
  const open = state === 'not-trusted' || (state === 'unknown' && isInstallable(row));
  return open && fix.length > 0 && installer !== 'environment';
}
