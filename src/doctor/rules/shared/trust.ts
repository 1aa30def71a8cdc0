import type { Browser } from '../../../core/browsers.js';
import { everyClient, type Client } from '../../client.js';
import type { Evidence } from '../../evidence.js';
import type { StoreTrust, TrustEvidence } from '../../trust-evidence.js';
import type { Finding, Judge, Verdict } from '../../verdict.js';
import { placeholderOf } from '../answers/placeholders.js';
import { onlyOf } from './refusals.js';
import { clientsText, shortened } from './text.js';

/** @returns the clients whose stores all refuse the certificate */
export function refusing({ stores }: TrustEvidence): Client[] {
  return everyClient.filter((client) => {
    const own = stores.filter((store) => store.client === client);
    return own.length > 0 && own.every(({ trusts }) => trusts === false);
  });
}

/** @returns the clients with a store that trusts the certificate */
export function trusting({ stores }: TrustEvidence): Client[] {
  return everyClient.filter((client) =>
    stores.some((store) => store.client === client && store.trusts === true),
  );
}

/** @returns the browsers whose stores all refuse the certificate, although another browser trusts it */
export function refusingBrowsers({ stores }: TrustEvidence): Browser[] {
  const known = [...new Set(stores.flatMap(({ browser }) => browser ?? []))];
  const refused = known.filter((name) =>
    stores.every(({ browser, trusts }) => browser !== name || trusts === false),
  );
  return refused.length === known.length ? [] : refused;
}

/** The clients whose stores differ or could not be checked. */
function unsure(trust: TrustEvidence): Client[] {
  const known = [...refusing(trust), ...trusting(trust)];
  return everyClient.filter(
    (client) => !known.includes(client) && trust.stores.some((store) => store.client === client),
  );
}

/** @returns the stores that refuse the certificate */
export function refusals({ stores }: TrustEvidence): StoreTrust[] {
  return stores.filter(({ trusts }) => trusts === false);
}

/**
 * Blocks if a browser refuses the certificate, or if no client is known to trust it. If only Node.js or
 * curl refuse it, this is a warning for their users.
 */
function weight(
  trust: TrustEvidence,
): Pick<Verdict, 'severity' | 'clients' | 'browsers'> | undefined {
  const clients = refusing(trust);
  const mixed = refusals(trust).filter(({ client }) => !clients.includes(client));
  if (clients.length === 0 && mixed.length === 0) {
    return undefined;
  }
  const distrusted = trusting(trust).length === 0;
  const blocks = clients.includes('browser') || (distrusted && clients.length > 0);
  const hit = [...clients, ...(blocks ? unsure(trust) : mixed.map(({ client }) => client))];
  return {
    severity: blocks ? 'blocking' : 'warning',
    clients: everyClient.filter((client) => hit.includes(client)),
    ...(hit.includes('browser') ? onlyOf(refusingBrowsers(trust)) : {}),
  };
}

function storeText({ title, trusts, note, fix }: StoreTrust): string {
  const known = trusts === true ? 'trusted' : 'not trusted';
  const why = trusts === false && fix.length === 0 && note !== undefined ? ` (${note})` : '';
  return `${title}: ${trusts === undefined ? 'could not be checked' : known}${why}`;
}

function storesText({ stores, issuer, sent, caFile, source }: TrustEvidence): string {
  const words = [...new Set(stores.map(storeText))].join('; ');
  const each = caFile === undefined ? words : `${caFile} contains no CA that signed it`;
  const many = sent === 1 ? 'One certificate' : `${sent} certificates`;
  const where = source === undefined ? `${sent === 1 ? 'was' : 'were'} sent` : `in ${source}`;
  return `${many} ${where}, signed by "${shortened(issuer)}". ${each}.`;
}

/**
 * @returns whether the server only sent its own certificate, which is not self-signed, and no client
 * here knows the CA that signed it; a client that knows the CA needs nothing more
 */
export function isLeafOnly(trust: TrustEvidence): boolean {
  const short = trust.sent === 1 || (trust.logged && !trust.complete);
  return trust.signer === 'other' && short && trusting(trust).length === 0;
}

type Cause = Omit<Finding, 'evidence'> | undefined;

/** Judges a certificate that a client refuses. */
export function untrusted(say: (trust: TrustEvidence, evidence: Evidence) => Cause): Judge {
  return (evidence) => {
    const { trust } = evidence;
    // Another certificate is needed, whoever signed this one.
    const hit = placeholderOf(evidence) === undefined ? trust && weight(trust) : undefined;
    const said = trust && say(trust, evidence);
    return (
      hit &&
      said && {
        ...hit,
        ...said,
        cause: `${said.cause} Not trusted by ${clientsText(hit.clients, hit.browsers)}.`,
        evidence: storesText(trust),
      }
    );
  };
}

/** @returns what OpenSSL makes of a certificate that browsers refuse by a rule of their own */
export function othersText({ trust }: Evidence): string {
  const refused = trust === undefined ? [] : refusing(trust);
  return refused.includes('node') || refused.includes('system')
    ? 'OpenSSL has no such rule, but Node.js or curl refuse the certificate for another reason.'
    : 'OpenSSL accepts it, so Node.js and curl connect.';
}
