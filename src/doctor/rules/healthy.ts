import { everyClient, type Client } from '../client.js';
import type { Evidence, FramesEvidence } from '../evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { refusingForm } from './http-form.js';
import { clientsText } from './shared/text.js';
import { measured, onlyOf } from './shared/refusals.js';
import { refusals, refusing, refusingBrowsers, trusting } from './shared/trust.js';
import { isAlive, isOpen } from './shared/upgrade.js';

/** Clients that do not find the server, as browsers resolve some names themselves, or are refused. */
function lost(evidence: Evidence): Client[] {
  const { name, bare, browser } = evidence;
  const refused = bare !== undefined && browser?.parts?.[0] !== 'extensions';
  return [
    ...(name?.error === undefined && !refused ? [] : (['node', 'system'] as const)),
    ...(browser?.parts?.[0] === 'no-given-headers' ? (['browser'] as const) : []),
    ...refusingForm(evidence),
  ];
}

/** Clients that find the server and are known to trust its certificate. */
function clientsOf(evidence: Evidence): Client[] {
  const { trust } = evidence;
  const clients = trust === undefined ? everyClient : trusting(trust);
  return clients.filter((client) => !lost(evidence).includes(client));
}

/** The browsers that trust its certificate, if not all do. */
function browsersOf({ trust }: Evidence): Pick<Finding, 'browsers'> {
  const refused = trust === undefined ? [] : refusingBrowsers(trust);
  return onlyOf(measured.filter((name) => !refused.includes(name)));
}

/** Clients that may or may not trust the certificate. */
function unasked(evidence: Evidence): Client[] {
  const { trust } = evidence;
  const known = trust === undefined ? everyClient : [...trusting(trust), ...refusing(trust)];
  return everyClient.filter((client) => !known.includes(client));
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

/** A refusal with another status is no check of the origin: it may be a limit. */
const originStatuses = [401, 403];

function proven({ tls, upgrade, foreignOrigin, idle, target, ...rest }: Evidence): string[] {
  const { browser, http2 } = rest;
  const status = foreignOrigin?.answer?.status ?? 0;
  const refusal = originStatuses.includes(status) ? status : undefined;
  const watched = upgrade?.frames?.watched;
  return [
    ...(tls?.protocol === undefined
      ? []
      : [`${tls.protocol} with a certificate for ${target.host}`]),
    ...(isOpen(upgrade) ? [`an open socket for ${upgrade?.origin ?? 'no origin'}`] : []),
    ...(watched === undefined ? [] : [`watched for ${(watched / 1000).toFixed(1)} s`]),
    ...(upgrade?.frames?.pong === true ? ['a pong for a ping'] : []),
    ...(isAlive(browser?.upgrade) ? ["another one for a browser's handshake"] : []),
    ...(http2?.status === 200 ? ['another one over HTTP/2'] : []),
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
  advice: 'Open the page in a browser: a firewall may only refuse doctor.',
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
      ...(clients.includes('browser') ? browsersOf(evidence) : {}),
      cause: open
        ? `${target.url} works${sure.length === 0 ? '' : ` for ${users}`}.${unaskedText(unknown)}${exceptText(evidence, sure)}`
        : 'The settings and files have no errors. No socket was opened.',
      evidence: seen === '' ? 'No connection was made.' : `${seen}.`,
      fix: 'Nothing to do.',
    };
  },
};
