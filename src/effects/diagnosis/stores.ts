import type { X509Certificate } from 'node:crypto';
import type { StoreTrust } from '../../plan/diagnosis/trust-evidence.js';
import type { Client } from '../../plan/diagnosis/client.js';
import type { TrustRow, TrustStore } from '../../plan/trust.js';
import { checkTrust } from '../trust/check.js';
import { databasePlaces, type Place } from '../trust/databases.js';
import { vouchersIn, type Voucher } from '../trust/nss.js';
import { isIssuedBy } from '../certs/certificate.js';
import { certificatesIn, nodeList, publicList, systemList, vouchesFor } from './authorities.js';

/** Who reads a store. On macOS and Windows browsers read the system's. */
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

/** @returns who trusts the development CA of this machine, with the fix for each that does not */
export async function storesOfDevelopmentCa(): Promise<StoreTrust[]> {
  const trust = await checkTrust();
  return (trust?.rows ?? []).flatMap(storesOfRow);
}

function storeOf(client: Client, title: string, trusts: boolean | undefined): StoreTrust {
  return { client, title, trusts, fix: [] };
}

/** What is marked as trusted is the end of the way, be it a root or not. */
function isVouched(vouchers: Voucher[], chain: X509Certificate[]): boolean {
  return vouchers.some(({ flags, pem }) =>
    certificatesIn(pem).some((trusted) => {
      const asPeer = flags.includes('P') && chain[0]?.raw.equals(trusted.raw) === true;
      const isCa = flags.includes('C');
      return asPeer || (isCa && chain.some((each) => leadsTo(each, trusted)));
    }),
  );
}

function leadsTo(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.raw.equals(authority.raw) || isIssuedBy(certificate, authority);
}

async function askPlace(place: Place, chain: X509Certificate[]): Promise<StoreTrust> {
  const vouchers = await vouchersIn(place);
  const trusts = vouchers === undefined ? undefined : isVouched(vouchers, chain);
  return storeOf('browser', place.title, trusts);
}

/** On Linux browsers have lists of their own; elsewhere they read the system's. */
async function browserStores(
  chain: X509Certificate[],
  bySystem: boolean | undefined,
): Promise<StoreTrust[]> {
  return process.platform === 'linux'
    ? Promise.all(databasePlaces().map((place) => askPlace(place, chain)))
    : [storeOf('browser', 'Browsers', bySystem)];
}

/** @returns who trusts a chain that another CA signed */
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
