import { existsSync } from 'node:fs';
import type { TrustStore } from '../store.js';
import type { StoreRow } from '../table/row.js';

const row: StoreRow = {
  title: 'Host',
  clients: 'browsers outside this container',
  state: 'unknown',
  note: "It cannot be checked from here. Run mkcert on the host, and mount the host's CAROOT here.",
  fix: [],
  undo: [],
};

/** The host of a container, as marked by Docker and Podman. */
export const host: TrustStore<boolean> = {
  name: 'host',
  installer: 'user',
  usedBy: [],
  query: async () => ['/.dockerenv', '/run/.containerenv'].some((path) => existsSync(path)),
  rows: (isInContainer) => (isInContainer ? [row] : []),
};
