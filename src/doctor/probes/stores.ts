import type { X509Certificate } from 'node:crypto';
import type { StoreTrust } from '../trust-evidence.js';
import type { Client } from '../client.js';
import type { NssDatabase } from '../../trust/table/database.js';
import type { TrustRow } from '../../trust/table/row.js';
import { checkTrust } from '../../trust/check.js';
import { trustedCertificates, type TrustedCertificate } from '../../trust/nss.js';
import { chromiumDatabases } from '../../trust/stores/chromium.js';
import { firefoxDatabases } from '../../trust/stores/firefox.js';
import { isIssuedBy } from '../../ca/read-certificate.js';
import { certificatesIn, nodeList, publicList, systemList, vouchesFor } from './ca-lists.js';

function storesOfRow({ usedBy, title, state, note, fix }: TrustRow): StoreTrust[] {
  if (state === 'not-present') {
    return [];
  }
  const trusts = state === 'unknown' ? undefined : state === 'trusted';
  const about = { title, trusts, ...(note === undefined ? {} : { note }), fix };
  return usedBy.map((client) => Object.assign({ client }, about));
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
function isVouched(certificates: TrustedCertificate[], chain: X509Certificate[]): boolean {
  return certificates.some(({ flags, pem }) =>
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

async function queryDatabase(database: NssDatabase, chain: X509Certificate[]): Promise<StoreTrust> {
  const certificates = await trustedCertificates(database);
  const trusts = certificates === undefined ? undefined : isVouched(certificates, chain);
  return storeOf('browser', database.title, trusts);
}

/** On Linux, browsers have their own trust stores; elsewhere they use the system's. */
async function browserStores(
  chain: X509Certificate[],
  bySystem: boolean | undefined,
): Promise<StoreTrust[]> {
  if (process.platform !== 'linux') {
    return [storeOf('browser', 'Browsers', bySystem)];
  }
  const databases = [...chromiumDatabases(), ...firefoxDatabases()];
  return Promise.all(databases.map((database) => queryDatabase(database, chain)));
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
