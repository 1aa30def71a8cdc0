import type { Code } from './codes.js';
import { everyClient, type Client } from '../client.js';
import { reissued } from './reissue.js';
import { clientsText } from './signals.js';
import type { Evidence } from '../evidence.js';
import type { StoreTrust, TrustEvidence } from '../trust-evidence.js';
import type { Finding, Rule, Verdict } from './verdict.js';

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

/** The clients whose stores differ or could not be checked. */
function unsure(trust: TrustEvidence): Client[] {
  const known = [...refusing(trust), ...trusting(trust)];
  return everyClient.filter(
    (client) => !known.includes(client) && trust.stores.some((store) => store.client === client),
  );
}

function refusals({ stores }: TrustEvidence): StoreTrust[] {
  return stores.filter(({ trusts }) => trusts === false);
}

/**
 * Blocks if a browser refuses the certificate, or if no client is known to trust it. If only Node.js or
 * curl refuse it, this is a warning for their users.
 */
function weight(trust: TrustEvidence): Pick<Verdict, 'severity' | 'clients'> | undefined {
  const clients = refusing(trust);
  const mixed = refusals(trust).filter(({ client }) => !clients.includes(client));
  if (clients.length === 0 && mixed.length === 0) {
    return undefined;
  }
  const untrusted = trusting(trust).length === 0;
  const blocks = clients.includes('browser') || (untrusted && clients.length > 0);
  const hit = [...clients, ...(blocks ? unsure(trust) : mixed.map(({ client }) => client))];
  return {
    severity: blocks ? 'blocking' : 'warning',
    clients: everyClient.filter((client) => hit.includes(client)),
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
  return `${many} ${where}, signed by "${issuer}". ${each}.`;
}

/** The sentence that names the clients. */
function notTrustedBy(clients: Client[]): string {
  return `Not trusted by ${clientsText(clients)}.`;
}

interface About {
  /** Whether it is this cause, with what else it may be. */
  is: (trust: TrustEvidence) => Code[] | undefined;
  say: (trust: TrustEvidence, evidence: Evidence) => Pick<Finding, 'cause' | 'fix' | 'commands'>;
}

function trustRule(code: Code, { is, say }: About): Rule {
  return {
    code,
    stage: 'trust',
    judge: (evidence) => {
      const { trust } = evidence;
      const alternatives = trust === undefined ? undefined : is(trust);
      const hit = trust === undefined ? undefined : weight(trust);
      if (trust === undefined || alternatives === undefined || hit === undefined) {
        return undefined;
      }
      const { cause, ...rest } = say(trust, evidence);
      return {
        ...hit,
        cause: `${cause} ${notTrustedBy(hit.clients)}`,
        evidence: storesText(trust),
        alternatives,
        ...rest,
      };
    },
  };
}

/** The commands that make the stores trust the CA, each command once. */
function fixes(trust: TrustEvidence): string[][] {
  const commands = refusals(trust).flatMap(({ fix }) => fix);
  const seen = new Set<string>();
  return commands.filter((command) => {
    const text = command.join(' ');
    return seen.has(text) ? false : seen.add(text);
  });
}

/**
 * The server only sent its own certificate, which is not self-signed, and no client here knows the CA
 * that signed it. A client that knows the CA needs nothing more.
 */
function isLeafOnly(trust: TrustEvidence): boolean {
  const short = trust.sent === 1 || (trust.logged && !trust.complete);
  return trust.signer === 'other' && short && trusting(trust).length === 0;
}

/** Whether there is a positive sign of a missing intermediate certificate. */
function isShown({ issuerFile, logged }: TrustEvidence): boolean {
  return issuerFile !== undefined || logged;
}

function isPrivate(trust: TrustEvidence): boolean {
  return trust.signer === 'other' && (!isLeafOnly(trust) || trust.namesake !== undefined);
}

export const trustRules: Rule[] = [
  trustRule('ca-not-trusted', {
    is: ({ signer }) => (signer === 'here' ? [] : undefined),
    say: (trust) => ({
      cause: "The certificate is signed by this machine's development CA.",
      fix: refusing(trust).includes('browser')
        ? 'Make these clients trust the CA, then restart the browsers.'
        : 'Make these clients trust the CA.',
      commands: fixes(trust),
    }),
  }),
  trustRule('other-mkcert-ca', {
    is: ({ signer }) => (signer === 'elsewhere' ? [] : undefined),
    say: ({ caRoot, namesake }, evidence) => ({
      cause: `The certificate is signed by another development CA${caRoot === undefined ? '; this machine has none' : `, not by the one in ${caRoot}`}.${namesake === undefined ? '' : ` The CA in ${namesake} has the same name.`} It comes from another user (sudo), a container, another machine, or an earlier CA.`,
      ...reissued(evidence, 'Reissue the certificate as the user whose browser connects.'),
    }),
  }),
  trustRule('self-signed', {
    is: ({ signer }) => (signer === 'self' ? [] : undefined),
    say: (_trust, evidence) => ({
      cause:
        'The certificate is self-signed. An exception that you confirmed for a page does not apply to sockets on other ports and hosts.',
      ...reissued(evidence, 'Replace it with a certificate from a CA that clients trust.'),
    }),
  }),
  trustRule('missing-intermediate', {
    is: (trust) => {
      if (!isLeafOnly(trust) || trust.namesake !== undefined) {
        return undefined;
      }
      return isShown(trust) ? [] : ['private-ca'];
    },
    say: (trust) => ({
      cause:
        'The server only sends its own certificate, not the intermediate certificate that signed it.',
      fix: missingFix(trust),
    }),
  }),
  trustRule('private-ca', {
    is: (trust) => (isPrivate(trust) ? [] : undefined),
    say: (trust) => ({
      cause:
        trust.namesake === undefined
          ? 'The certificate is signed by a private CA.'
          : `The certificate is signed by a CA with the same name as one in ${trust.namesake}, but with another key: an earlier or a later CA.`,
      fix: 'Install the root certificate of that CA on the clients: in the trust stores of the system and the browsers, and for Node.js with NODE_EXTRA_CA_CERTS.',
    }),
  }),
];

function missingFix({ issuerFile, issuerUrl, caFile }: TrustEvidence): string {
  const where =
    issuerFile !== undefined
      ? `It is in ${issuerFile}: send that after the server's own certificate.`
      : 'Make the server send the full chain: not cert.pem but fullchain.pem, with its own certificate first, then the intermediate.';
  const source = issuerUrl === undefined ? '' : ` The CA publishes it at ${issuerUrl}.`;
  const own =
    issuerFile === undefined && caFile === undefined
      ? ' If a private CA signed it directly, install its root certificate on the clients instead.'
      : '';
  return `${where}${source}${own}`;
}
