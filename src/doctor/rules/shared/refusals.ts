import type { Browser } from '../../../core/browsers.js';
import { extendedUsages, type CertificateFacts } from '../../../core/certificate-facts.js';
import { everyClient, type Client } from '../../client.js';
import type { Evidence } from '../../evidence.js';
import type { ChainRefusal, StoreTrust } from '../../trust-evidence.js';
import type { Finding } from '../../verdict.js';

/** A store whose CAs sign a chain that a verifier refuses. */
export type Refused = StoreTrust & { refusal: ChainRefusal };

/** The browsers whose rules were measured. */
export const measured: Browser[] = ['Chromium', 'Firefox'];

/** Node's codes for dates. */
export const dateCodes = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

/** A verifier that does not find the CA, although names and signatures lead to it. */
const notFound = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** What OpenSSL says of keys that are too short for its level, which browsers accept. */
const shortKey = /(EE|CA) certificate key too weak/;

/** @returns the stores that have the CA of a chain which a verifier refuses */
export function refusedBy({ trust }: Evidence): Refused[] {
  return (trust?.stores ?? []).flatMap((store) => {
    const { refusal } = store;
    return refusal === undefined ? [] : [{ ...store, refusal }];
  });
}

/** @returns the stores with whose CAs a certificate of the chain is out of date */
export function outdatedFor(evidence: Evidence): Refused[] {
  return refusedBy(evidence).filter(({ refusal }) => dateCodes.includes(refusal.code));
}

/** @returns whether a certificate is for any use, which not all clients count as for servers */
export function isForAnything({ usages = [] }: CertificateFacts): boolean {
  return usages.includes(extendedUsages.any) && !usages.includes(extendedUsages.server);
}

/** Browsers that accept what OpenSSL refuses. */
function accepting({ code, message }: ChainRefusal, { tls, trust }: Evidence): Browser[] {
  const chain = [...(tls?.chain ?? []), ...(trust?.above ?? [])];
  if (notFound.includes(code) || shortKey.test(message)) {
    // They do not compare key identifiers.
    return measured;
  }
  return code === 'INVALID_PURPOSE' && chain.some(isForAnything) ? ['Chromium'] : [];
}

function isOfBrowser({ client }: StoreTrust): boolean {
  return client === 'browser';
}

/** The browsers that refuse the chain, with the CAs of a store or, without browsers' stores, of any. */
function browsersOf(refused: Refused[], evidence: Evidence): Browser[] {
  const isJudged = evidence.trust?.stores.some(isOfBrowser) === true;
  const hits = refused
    .filter((store) => !isJudged || isOfBrowser(store))
    .flatMap(({ browser, refusal }) => {
      const accepts = accepting(refusal, evidence);
      return measured.filter((name) => !accepts.includes(name) && name === (browser ?? name));
    });
  return measured.filter((name) => hits.includes(name));
}

/** @returns the browsers whose TLS handshake succeeds */
export function openingBrowsers({ handshakes }: Evidence): Browser[] {
  return measured.filter((name) => {
    const found = name === 'Chromium' ? handshakes?.Chromium : handshakes?.Firefox;
    return found?.end === 'secure';
  });
}

/** @returns the browsers of a verdict, if they are not all */
export function onlyOf(browsers: Browser[]): Pick<Finding, 'browsers'> {
  return browsers.length === 0 || measured.every((name) => browsers.includes(name))
    ? {}
    : { browsers };
}

/** @returns the clients that refuse a chain, given the stores with a refusal */
export function affected(
  refused: Refused[],
  evidence: Evidence,
): { clients: Client[]; browsers?: Browser[] } {
  const browsers = browsersOf(refused, evidence);
  const clients = everyClient.filter((client) =>
    client === 'browser' ? browsers.length > 0 : refused.some((store) => store.client === client),
  );
  return { clients, ...onlyOf(browsers) };
}
