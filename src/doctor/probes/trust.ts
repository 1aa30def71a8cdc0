import type { X509Certificate } from 'node:crypto';
import type { StoreTrust, TrustEvidence } from '../trust-evidence.js';
import { caPath, caRoot } from '../../ca/ca-root.js';
import { isIssuedBy, isNamedBy, issuerOf, partOf, isInTime } from '../../ca/read-certificate.js';
import { caName } from '../../ca/ca-name.js';
import {
  certificatesIn,
  nodeList,
  publicList,
  systemList,
  vouchesFor,
  wayAbove,
} from '../../trust/ca-lists.js';
import { factsOf, oneLine } from '../../ca/certificate-facts.js';
import { isLogged, pathIn } from './chain.js';
import { readWhole } from './read-file.js';
import { storesFor, storesOfDevelopmentCa, storesOfFile } from './stores.js';

/** A file, with the certificates in it. */
export interface Named {
  path: string;
  certificates: X509Certificate[];
}

/** What trust is judged by, in addition to this machine. */
export interface Judging {
  /** The only file that counts, if one was named, with its certificates. */
  caFile?: Named;
  /** Files next to the server's certificate that may contain its issuer. */
  candidates: string[];
  /** The file that the chain was read from, if no server sent it. */
  source?: string;
}

/** @returns the certificates in a file; a pipe or a device is not read, since that could block */
export function certificatesAt(path: string): X509Certificate[] {
  const read = readWhole(path);
  return 'bytes' in read ? certificatesIn(read.bytes.toString('latin1')) : [];
}

function signerOf(chain: X509Certificate[], here: X509Certificate[]): TrustEvidence['signer'] {
  const [own] = chain;
  if (own === undefined || isIssuedBy(own, own)) {
    return 'self';
  }
  if (here.some((ca) => isIssuedBy(own, ca))) {
    return 'here';
  }
  return partOf(issuerOf(own), 'O') === caName ? 'elsewhere' : 'other';
}

/** Where a CA has the issuer's name but did not sign. */
function namesakeOf(last: X509Certificate, named: Named): string | undefined {
  const isNamesake = (ca: X509Certificate): boolean => isNamedBy(last, ca) && !isIssuedBy(last, ca);
  if (named.certificates.some(isNamesake)) {
    return named.path;
  }
  return (systemList() ?? []).some(isNamesake) ? "this system's trust store" : undefined;
}

function issuerFileOf(last: X509Certificate, { candidates }: Judging): string | undefined {
  return candidates.find((path) => certificatesAt(path).some((ca) => isIssuedBy(last, ca)));
}

/** The file with the issuer, and whether it is the whole chain. */
function issuerIn(own: X509Certificate, issuerFile: string | undefined) {
  if (issuerFile === undefined) {
    return {};
  }
  const issuerFileIsWhole = certificatesAt(issuerFile).some((each) => each.raw.equals(own.raw));
  return { issuerFile, issuerFileIsWhole };
}

function issuerUrlOf({ infoAccess = '' }: X509Certificate): string | undefined {
  return /CA Issuers - URI:(\S+)/.exec(infoAccess)?.[1];
}

/** @param here the development CA, if it signed the chain */
async function storesOf(
  sent: X509Certificate[],
  here: X509Certificate[],
  { caFile }: Judging,
): Promise<StoreTrust[]> {
  if (caFile !== undefined) {
    const { path, certificates } = caFile;
    return storesOfFile(`a client that trusts ${path}`, certificates, sent);
  }
  return here.length > 0 ? storesOfDevelopmentCa(sent, here) : storesFor(sent);
}

/** The CAs above the chain, in the first list that has them. */
function aboveOf(last: X509Certificate, lists: X509Certificate[][]): X509Certificate[] {
  return lists.map((list) => wayAbove(last, list)).find(({ length }) => length > 0) ?? [];
}

/** Servers send more than is needed, such as a cross-signed root that has expired. */
function neededOf(chain: X509Certificate[]): number {
  if (chain.every(isInTime)) {
    return chain.length;
  }
  const lists = [publicList(), nodeList(), systemList() ?? []];
  const enough = chain.findIndex((_each, index) =>
    lists.some((list) => vouchesFor(list, chain.slice(0, index + 1))),
  );
  return enough < 0 ? chain.length : enough + 1;
}

/** An object with a value under its name, or an empty one. */
function present<Name extends string, T>(name: Name, value: T | undefined) {
  return value === undefined ? {} : { [name]: value };
}

/**
 * Finds out who signed what a server sends, and which clients of this machine trust it. Dates, names
 * and uses are judged elsewhere, too: OpenSSL only reports one of such errors.
 * @param sent in any order, the server's own first
 */
export async function judgeTrust(
  sent: X509Certificate[],
  judging: Judging,
): Promise<TrustEvidence | undefined> {
  const chain = pathIn(sent);
  const [own, last] = [chain[0], chain.at(-1)];
  if (own === undefined || last === undefined) {
    return undefined;
  }
  const here = certificatesAt(caPath());
  const signer = signerOf(chain, here);
  const named = judging.caFile ?? { path: caPath(), certificates: here };
  const above = aboveOf(last, [named.certificates, nodeList(), systemList() ?? [], publicList()]);
  return {
    signer,
    sent: chain.length,
    needed: neededOf(chain),
    issuer: oneLine(issuerOf(last)),
    complete: isIssuedBy(last, last),
    logged: isLogged(own),
    ...present('issuerUrl', issuerUrlOf(own)),
    ...issuerIn(own, issuerFileOf(last, judging)),
    ...present('namesake', signer === 'here' ? undefined : namesakeOf(last, named)),
    ...present('caRoot', here.length > 0 ? caRoot() : undefined),
    ...present('caFile', judging.caFile?.path),
    ...present('source', judging.source),
    above: above.map((certificate) => factsOf(certificate, '')),
    stores: await storesOf(sent, signer === 'here' ? here : [], judging),
  };
}
