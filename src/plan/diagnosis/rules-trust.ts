import type { Code } from './codes.js';
import { everyClient, type Client } from './client.js';
import { reissued } from './reissue.js';
import { clientsText } from './signals.js';
import type { Evidence } from './evidence.js';
import type { StoreTrust, TrustEvidence } from './trust-evidence.js';
import type { Finding, Rule, Verdict } from './verdict.js';

/** @returns the clients of which no store vouches, one refuses, and none is unknown */
export function refusing({ stores }: TrustEvidence): Client[] {
  return everyClient.filter((client) => {
    const own = stores.filter((store) => store.client === client);
    return own.length > 0 && own.every(({ trusts }) => trusts === false);
  });
}

/** @returns the clients of which a store vouches */
export function vouching({ stores }: TrustEvidence): Client[] {
  return everyClient.filter((client) =>
    stores.some((store) => store.client === client && store.trusts === true),
  );
}

/** The clients of which stores differ, or could not be asked. */
function unsure(trust: TrustEvidence): Client[] {
  const known = [...refusing(trust), ...vouching(trust)];
  return everyClient.filter(
    (client) => !known.includes(client) && trust.stores.some((store) => store.client === client),
  );
}

function refusals({ stores }: TrustEvidence): StoreTrust[] {
  return stores.filter(({ trusts }) => trusts === false);
}

/**
 * A browser that refuses blocks. Where none could be asked, what the other clients do is told for it;
 * a Node.js or a curl that refuses beside a browser that does not is for those to know who use them.
 */
function weight(trust: TrustEvidence): Pick<Verdict, 'severity' | 'clients'> | undefined {
  const clients = refusing(trust);
  const mixed = refusals(trust).filter(({ client }) => !clients.includes(client));
  if (clients.length === 0 && mixed.length === 0) {
    return undefined;
  }
  const nobody = vouching(trust).length === 0;
  const blocks = clients.includes('browser') || (nobody && clients.length > 0);
  const hit = [...clients, ...(blocks ? unsure(trust) : mixed.map(({ client }) => client))];
  return {
    severity: blocks ? 'blocking' : 'warning',
    clients: everyClient.filter((client) => hit.includes(client)),
  };
}

function storeText({ title, trusts, note, fix }: StoreTrust): string {
  const known = trusts === true ? 'trusted' : 'not trusted';
  const why = trusts === false && fix.length === 0 && note !== undefined ? ` (${note})` : '';
  return `${title}: ${trusts === undefined ? 'could not be asked' : known}${why}`;
}

function storesText({ stores, issuer, sent, caFile, source }: TrustEvidence): string {
  const words = [...new Set(stores.map(storeText))].join('; ');
  const each = caFile === undefined ? words : `${caFile} does not vouch for it`;
  const many = sent === 1 ? 'One certificate' : `${sent} certificates`;
  const where = source === undefined ? `${sent === 1 ? 'was' : 'were'} sent` : `in ${source}`;
  return `${many} ${where}, signed by "${issuer}". ${each}.`;
}

/** The sentences about who refuses. */
function whom(clients: Client[]): string {
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
        cause: `${cause} ${whom(hit.clients)}`,
        evidence: storesText(trust),
        alternatives,
        ...rest,
      };
    },
  };
}

/** What makes the stores trust the CA, without those that others make superfluous. */
function fixes(trust: TrustEvidence): string[][] {
  const commands = refusals(trust).flatMap(({ fix }) => fix);
  const seen = new Set<string>();
  return commands.filter((command) => {
    const text = command.join(' ');
    return seen.has(text) ? false : seen.add(text);
  });
}

/**
 * Only the server's own certificate came, it does not vouch for itself, and nobody here knows who
 * signed it: who does needs nothing more.
 */
function isAlone(trust: TrustEvidence): boolean {
  const short = trust.sent === 1 || (trust.logged && !trust.complete);
  return trust.signer === 'other' && short && vouching(trust).length === 0;
}

/** Whether what is missing is shown by more than its absence. */
function isShown({ issuerFile, logged }: TrustEvidence): boolean {
  return issuerFile !== undefined || logged;
}

function isPrivate(trust: TrustEvidence): boolean {
  return trust.signer === 'other' && (!isAlone(trust) || trust.namesake !== undefined);
}

export const trustRules: Rule[] = [
  trustRule('ca-not-trusted', {
    is: ({ signer }) => (signer === 'here' ? [] : undefined),
    say: (trust) => ({
      cause: "The certificate is signed by this machine's development CA.",
      fix: refusing(trust).includes('browser')
        ? 'Let these clients trust the CA, then start browsers again.'
        : 'Let these clients trust the CA.',
      commands: fixes(trust),
    }),
  }),
  trustRule('other-mkcert-ca', {
    is: ({ signer }) => (signer === 'elsewhere' ? [] : undefined),
    say: ({ caRoot, namesake }, evidence) => ({
      cause: `The certificate is signed by a development CA, and not by ${caRoot === undefined ? 'one of this machine, which has none' : `the one in ${caRoot}`}${namesake === undefined ? '' : ', though that has the same name'}: another user (sudo), a container, another machine, or an earlier CA made it.`,
      ...reissued(evidence, 'Issue the certificate anew as the user whose browser connects.'),
    }),
  }),
  trustRule('self-signed', {
    is: ({ signer }) => (signer === 'self' ? [] : undefined),
    say: (_trust, evidence) => ({
      cause:
        'The certificate is self-signed: it vouches for itself. A warning that was clicked away for a page does not count for sockets on other ports and hosts.',
      ...reissued(evidence, 'Replace it by one of a CA that clients trust.'),
    }),
  }),
  trustRule('missing-intermediate', {
    is: (trust) => {
      if (!isAlone(trust) || trust.namesake !== undefined) {
        return undefined;
      }
      return isShown(trust) ? [] : ['private-ca'];
    },
    say: (trust) => ({
      cause:
        'The server sends its own certificate alone, and not the intermediate certificate that signed it.',
      fix: missingFix(trust),
    }),
  }),
  trustRule('private-ca', {
    is: (trust) => (isPrivate(trust) ? [] : undefined),
    say: (trust) => ({
      cause:
        trust.namesake === undefined
          ? 'The certificate is signed by a CA that is not public.'
          : `The certificate is signed by a CA of the same name as one in ${trust.namesake}, with another key: an earlier or a later one.`,
      fix: `Install the root of that CA on the clients: in the system's and the browsers' stores, and for Node.js in NODE_EXTRA_CA_CERTS.`,
    }),
  }),
];

function missingFix({ issuerFile, issuerUrl, caFile }: TrustEvidence): string {
  const where =
    issuerFile !== undefined
      ? `It is in ${issuerFile}: send that, too, behind the server's own.`
      : 'Let the server send the whole chain (fullchain.pem: its own certificate first, then the intermediate), and not cert.pem.';
  const source = issuerUrl === undefined ? '' : ` The CA has it at ${issuerUrl}.`;
  const own =
    issuerFile === undefined && caFile === undefined
      ? ' If a private CA signed it directly, install its root on the clients instead.'
      : '';
  return `${where}${source}${own}`;
}
