import type { X509Certificate } from 'node:crypto';
import type { StoreTrust } from '../trust-evidence.js';
import type { Client } from '../client.js';
import type { TrustRow, TrustStore } from '../../trust/table/rows.js';
import { checkTrust } from '../../trust/check.js';
import { databasePlaces, type Place } from '../../trust/databases.js';
import { vouchersIn, type Voucher } from '../../trust/nss.js';
import { isIssuedBy } from '../../ca/certificate.js';
import { certificatesIn, nodeList, publicList, systemList, vouchesFor } from './authorities.js';

/** The clients that use a store. On macOS and Windows, browsers use the system's. */
const readers: Record<TrustStore, Client[]> = {
  system: process.platform === 'linux' ? ['system'] : ['system', 'browser'],
  chromium: ['browser'],
  firefox: ['browser'],
  windows: ['browser'],
  host: [],
  node: ['node'],
};

function storesOfRow({ store, title, state, note, fix }: TrustRow): StoreTrust[] {
  if (state === 'not-present') {
    return [];
  }
  const trusts = state === 'unknown' ? undefined : state === 'trusted';
  const about = { title, trusts, ...(note === undefined ? {} : { note }), fix };
  return readers[store].map((client) => Object.assign({ client }, about));
}

/** @returns which stores trust the development CA of this machine, with a fix for the others */
export async function storesOfDevelopmentCa(): Promise<StoreTrust[]> {
  const trust = await checkTrust();
  return (trust?.rows ?? []).flatMap(storesOfRow);
}

function storeOf(client: Client, title: string, trusts: boolean | undefined): StoreTrust {
  return { client, title, trusts, fix: [] };
}

/** A certificate that is marked as trusted ends the chain, even if it is not a root. */
function isVouched(vouchers: Voucher[], chain: X509Certificate[]): boolean {
  return vouchers.some(({ flags, pem }) =>
    certificatesIn(pem).some((trusted) => {
      const asPeer = flags.includes('P') && chain[0]?.raw.equals(trusted.raw) === true;
      const isCa = flags.includes('C');
      return asPeer || (isCa && chain.some((each) => leadsTo(each, trusted)));
    }),
  );
}

function leadsTo(certificate: X509Certificate, ca: X509Certificate): boolean {
  return certificate.raw.equals(ca.raw) || isIssuedBy(certificate, ca);
}

async function askPlace(place: Place, chain: X509Certificate[]): Promise<StoreTrust> {
  const vouchers = await vouchersIn(place);
  const trusts = vouchers === undefined ? undefined : isVouched(vouchers, chain);
  return storeOf('browser', place.title, trusts);
}

/** On Linux, browsers have their own trust stores; elsewhere they use the system's. */
async function browserStores(
  chain: X509Certificate[],
  bySystem: boolean | undefined,
): Promise<StoreTrust[]> {
  return process.platform === 'linux'
    ? Promise.all(databasePlaces().map((place) => askPlace(place, chain)))
    : [storeOf('browser', 'Browsers', bySystem)];
}

/** @returns which stores trust a chain that another CA signed */
export async function storesFor(chain: X509Certificate[]): Promise<StoreTrust[]> {
  const isPublic = vouchesFor(publicList(), chain);
  const list = systemList();
  const bySystem = list === undefined ? undefined : vouchesFor(list, chain);
  return [
    ...(isPublic ? [storeOf('browser', 'Browsers', true)] : await browserStores(chain, bySystem)),
    storeOf('node', `Node.js ${process.versions.node}`, vouchesFor(nodeList(), chain)),
    storeOf('system', 'System', bySystem),
  ];
}
