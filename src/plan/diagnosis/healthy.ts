import { everyClient, type Client } from './client.js';
import { clientsText, isOpen } from './signals.js';
import { refusing, vouching } from './rules-trust.js';
import type { Evidence, FramesEvidence } from './evidence.js';
import type { Verdict } from './verdict.js';

/** Those who do not find the server: browsers know some names by themselves. */
function lost({ name }: Evidence): Client[] {
  return name?.error === undefined ? [] : ['node', 'system'];
}

/** Those who find the server, and are known to trust its certificate. */
function clientsOf(evidence: Evidence): Client[] {
  const { trust } = evidence;
  const trusting = trust === undefined ? everyClient : vouching(trust);
  return trusting.filter((client) => !lost(evidence).includes(client));
}

/** Those of whom it is not known whether they trust the certificate. */
function unasked(evidence: Evidence): Client[] {
  const { trust } = evidence;
  const known = trust === undefined ? everyClient : [...vouching(trust), ...refusing(trust)];
  const judged: Client[] = trust?.caFile === undefined ? everyClient : ['node', 'system'];
  return judged.filter((client) => !known.includes(client));
}

function unaskedText(clients: Client[]): string {
  return clients.length === 0
    ? ''
    : ` Whether its certificate is trusted by ${clientsText(clients)} could not be asked.`;
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
    ...(isOpen(upgrade) ? [`a socket for ${upgrade?.origin ?? 'no origin'}`] : []),
    ...(upgrade?.frames?.pong === true ? ['a pong for a ping'] : []),
    ...(refusal === undefined || isOpen(foreignOrigin) ? [] : [`${refusal} for a foreign origin`]),
    ...(idle !== undefined && isQuiet(idle.silent)
      ? [`${idle.asked / 1000} s of silence outlived`]
      : []),
  ];
}

/** @returns the verdict of a connection that nothing blocks, with what was proven of it */
export function healthy(evidence: Evidence): Verdict {
  const unknown = unasked(evidence);
  const sure = clientsOf(evidence);
  const clients = sure.length === 0 ? unknown : sure;
  const { target, upgrade, trust } = evidence;
  const whom =
    trust?.caFile === undefined ? clientsText(clients) : `a client that trusts ${trust.caFile}`;
  const open = isOpen(upgrade);
  const seen = proven(evidence).join(', ');
  return {
    code: 'healthy',
    stage: open ? 'frames' : 'settings',
    severity: 'info',
    certainty: open && sure.length > 0 ? 'certain' : 'likely',
    clients,
    cause: open
      ? `${target.url} works${sure.length === 0 ? '' : ` for ${whom}`}.${unaskedText(unknown)}`
      : 'Nothing wrong was found in the settings and files. No socket was opened.',
    evidence: seen === '' ? 'Nothing was connected to.' : `${seen}.`,
    fix: 'Nothing is to be done.',
    commands: [],
    alternatives: [],
  };
}
