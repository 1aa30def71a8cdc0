import { everyClient, type Client } from '../client.js';
import type { Evidence, FramesEvidence } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { clientsText } from './shared/text.js';
import { refusals, refusing, trusting } from './shared/trust.js';
import { isOpen } from './shared/upgrade.js';

/** Clients that do not find the server: browsers resolve some names themselves. */
function lost({ name }: Evidence): Client[] {
  return name?.error === undefined ? [] : ['node', 'system'];
}

/** Clients that find the server and are known to trust its certificate. */
function clientsOf(evidence: Evidence): Client[] {
  const { trust } = evidence;
  const clients = trust === undefined ? everyClient : trusting(trust);
  return clients.filter((client) => !lost(evidence).includes(client));
}

/** Clients that may or may not trust the certificate. */
function unasked(evidence: Evidence): Client[] {
  const { trust } = evidence;
  const known = trust === undefined ? everyClient : [...trusting(trust), ...refusing(trust)];
  const judged: Client[] = trust?.caFile === undefined ? everyClient : ['node', 'system'];
  return judged.filter((client) => !known.includes(client));
}

function unaskedText(clients: Client[]): string {
  return clients.length === 0
    ? ''
    : ` It is unknown whether its certificate is trusted by ${clientsText(clients)}.`;
}

/** If one browser trusts the certificate, another may not. */
function exceptText(evidence: Evidence, clients: Client[]): string {
  const refused = evidence.trust === undefined ? [] : refusals(evidence.trust);
  const titles = refused.filter(({ client }) => clients.includes(client)).map(({ title }) => title);
  return titles.length === 0 ? '' : ` Its certificate is not trusted by ${titles.join(', ')}.`;
}

function isQuiet({ end, close, invalid }: FramesEvidence): boolean {
  return end === 'open' && close === undefined && !invalid;
}

function proven({ tls, upgrade, foreignOrigin, idle, target }: Evidence): string[] {
  const refusal = foreignOrigin?.answer?.status;
  return [
    ...(tls?.protocol === undefined
      ? []
      : [`${tls.protocol} with a certificate for ${target.host}`]),
    ...(isOpen(upgrade) ? [`an open socket for ${upgrade?.origin ?? 'no origin'}`] : []),
    ...(upgrade?.frames?.pong === true ? ['a pong for a ping'] : []),
    ...(refusal === undefined || isOpen(foreignOrigin) ? [] : [`${refusal} for a foreign origin`]),
    ...(idle !== undefined && isQuiet(idle.silent)
      ? [`open after ${idle.asked / 1000} s of silence`]
      : []),
  ];
}

/** The verdict for a connection without a blocking problem, with what was proven. */
export const healthy: Rule = {
  code: 'healthy',
  meaning: 'no blocking problem was found',
  settings: (evidence) => {
    const unknown = unasked(evidence);
    const sure = clientsOf(evidence);
    const clients = sure.length === 0 ? unknown : sure;
    const { target, upgrade, trust } = evidence;
    const users =
      trust?.caFile === undefined ? clientsText(clients) : `a client that trusts ${trust.caFile}`;
    const open = isOpen(upgrade);
    const seen = proven(evidence).join(', ');
    return {
      // Where the diagnosis ended.
      stage: open ? 'frames' : 'settings',
      severity: 'info',
      certainty: open && sure.length > 0 ? 'certain' : 'likely',
      clients,
      cause: open
        ? `${target.url} works${sure.length === 0 ? '' : ` for ${users}`}.${unaskedText(unknown)}${exceptText(evidence, sure)}`
        : 'The settings and files have no errors. No socket was opened.',
      evidence: seen === '' ? 'No connection was made.' : `${seen}.`,
      fix: 'Nothing to do.',
    };
  },
};
