import { everyClient, type Client } from './client.js';
import { clientsText, isOpen } from './signals.js';
import { refusing } from './rules-trust.js';
import type { Evidence } from './evidence.js';
import type { Verdict } from './verdict.js';

/** Those who do not find the server: browsers know some names by themselves. */
function lost({ name }: Evidence): Client[] {
  return name?.error === undefined ? [] : ['node', 'system'];
}

/** Those for whom it was judged, who find the server, and who do not refuse it. */
function clientsOf(evidence: Evidence): Client[] {
  const { trust } = evidence;
  const refused = [...lost(evidence), ...(trust === undefined ? [] : refusing(trust))];
  const judged: Client[] = trust?.caFile === undefined ? everyClient : ['node', 'system'];
  return judged.filter((client) => !refused.includes(client));
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
    ...(idle === undefined ? [] : [`${idle.asked / 1000} s of silence outlived`]),
  ];
}

/** @returns the verdict of a connection that nothing blocks, with what was proven of it */
export function healthy(evidence: Evidence): Verdict {
  const clients = clientsOf(evidence);
  const { target, upgrade, trust } = evidence;
  const whom =
    trust?.caFile === undefined ? clientsText(clients) : `a client that trusts ${trust.caFile}`;
  const open = isOpen(upgrade);
  const seen = proven(evidence).join(', ');
  return {
    code: 'healthy',
    stage: open ? 'frames' : 'settings',
    severity: 'info',
    certainty: open ? 'certain' : 'likely',
    clients,
    cause: open
      ? `${target.url} works for ${whom}.`
      : 'Nothing wrong was found in the settings and files. No socket was opened.',
    evidence: seen === '' ? 'Nothing was connected to.' : `${seen}.`,
    fix: 'Nothing is to be done.',
    commands: [],
    alternatives: [],
  };
}
