import type { X509Certificate } from 'node:crypto';
import type { StoreTrust } from '../trust-evidence.js';
import { browserIn } from '../../core/browsers.js';
import { everyClient, type Client } from '../client.js';
import { addingTo, creating, type NssDatabase } from '../../trust/table/database.js';
import type { TrustRow } from '../../trust/table/row.js';
import { checkTrust } from '../../trust/check.js';
import { isFolder } from '../../trust/files.js';
import { trustedCertificates, type TrustedCertificate } from '../../trust/nss.js';
import { chromiumDatabases } from '../../trust/stores/chromium.js';
import { firefoxDatabases } from '../../trust/stores/firefox.js';
import {
  certificatesIn,
  nodeList,
  publicList,
  systemList,
  vouchesFor,
} from '../../trust/ca-lists.js';
import { verify, type Anchors } from './verifier.js';

/** The security level with which each client verifies a chain: that of Node.js 24 and of most systems is 2. */
const levels: Record<Client, Anchors['level']> = {
  browser: 1,
  node: 2,
  system: 2,
};

/** A trust store, and the CAs in it. */
interface Store extends Pick<StoreTrust, 'client' | 'title'> {
  /** Undefined if they are unknown. */
  cas: X509Certificate[] | undefined;
  /** How it comes to trust the CA whose root certificate is in FILE. */
  fix?: string[][];
  /** Whether a certificate that is no root is trusted, too. */
  partial?: boolean;
}

/** Asks a verifier about the chain, with the CAs of a store. */
async function judgeStore(store: Store, chain: X509Certificate[]): Promise<StoreTrust> {
  const { cas, partial = false, client, title, fix = [] } = store;
  const about = { ...named(client, title), fix };
  if (cas === undefined) {
    return { ...about, trusts: undefined };
  }
  const refusal = await verify(chain, { cas, level: levels[client], partial });
  const trusts = refusal === undefined || vouchesFor(cas, chain);
  return { ...about, trusts, ...(trusts && refusal !== undefined ? { refusal } : {}) };
}

function named(client: Client, title: string): Pick<StoreTrust, 'client' | 'title' | 'browser'> {
  const browser = client === 'browser' ? browserIn(title) : undefined;
  return { client, title, ...(browser === undefined ? {} : { browser }) };
}

/** What a verifier says with the development CA of this machine, for each store that trusts it. */
async function storesOfRow(row: TrustRow, chain: X509Certificate[], cas: X509Certificate[]) {
  const { usedBy, title, state, note, fix } = row;
  if (state === 'not-present') {
    return [];
  }
  const trusts = state === 'unknown' ? undefined : state === 'trusted';
  const about = { title, trusts, ...(note === undefined ? {} : { note }), fix };
  return Promise.all(
    usedBy.map(async (client) => {
      const { refusal } = await judgeStore({ client, title, cas }, chain);
      const said = trusts === true && refusal !== undefined ? { refusal } : {};
      return Object.assign(named(client, title), about, said);
    }),
  );
}

/**
 * @param cas the development CA of this machine
 * @returns which stores trust it, with a fix for the others
 */
export async function storesOfDevelopmentCa(
  chain: X509Certificate[],
  cas: X509Certificate[],
): Promise<StoreTrust[]> {
  const trust = await checkTrust();
  const rows = trust?.rows ?? [];
  return (await Promise.all(rows.map((row) => storesOfRow(row, chain, cas)))).flat();
}

/** @returns whether the CAs in a file are enough for clients that only trust those, browsers too */
export async function storesOfFile(
  title: string,
  cas: X509Certificate[],
  chain: X509Certificate[],
): Promise<StoreTrust[]> {
  return Promise.all(everyClient.map((client) => judgeStore({ client, title, cas }, chain)));
}

/** Chromium does not accept a server's own certificate that is marked as a CA and is none. */
function isAnchor({ flags, pem }: TrustedCertificate, [own]: X509Certificate[]): boolean {
  return certificatesIn(pem).some((trusted) =>
    own?.raw.equals(trusted.raw) === true ? flags.includes('P') || trusted.ca : flags.includes('C'),
  );
}

async function storeOfDatabase(database: NssDatabase, chain: X509Certificate[]): Promise<Store> {
  const { title } = database;
  const certificates = await trustedCertificates(database);
  const used = certificates?.filter((each) => isAnchor(each, chain));
  const cas = used?.flatMap(({ pem }) => certificatesIn(pem));
  // A certificate that is marked as trusted ends the chain, even if it is not a root.
  const { folder } = database;
  const fix = [
    ...creating({ folder, exists: isFolder(folder) }),
    addingTo(database, { name: 'NAME', path: 'FILE' }),
  ];
  return { client: 'browser', title, cas, partial: true, fix };
}

/** On Linux, browsers have their own trust stores; elsewhere they use the system's. */
async function browserStores(chain: X509Certificate[]): Promise<Store[]> {
  if (process.platform !== 'linux') {
    return [{ client: 'browser', title: 'Browsers', cas: systemList() }];
  }
  const databases = [...chromiumDatabases(), ...firefoxDatabases()];
  return Promise.all(databases.map((database) => storeOfDatabase(database, chain)));
}

/** @returns which stores trust a chain that another CA signed */
export async function storesFor(chain: X509Certificate[]): Promise<StoreTrust[]> {
  const isPublic = vouchesFor(publicList(), chain);
  const all: Store[] = [
    ...(isPublic
      ? [{ client: 'browser' as const, title: 'Browsers', cas: publicList() }]
      : await browserStores(chain)),
    { client: 'node', title: `Node.js ${process.versions.node}`, cas: nodeList() },
    { client: 'system', title: 'System', cas: systemList() },
  ];
  return Promise.all(all.map((store) => judgeStore(store, chain)));
}
