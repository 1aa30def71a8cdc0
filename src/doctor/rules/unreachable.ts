import type { Rule } from '../verdict.js';
import { isClosed, isTaken, resultsText } from './shared/reached.js';

export const unreachable: Rule = {
  code: 'unreachable',
  meaning: 'the network does not reach the address',
  address: ({ reached, surroundings, target }) => {
    const own = reached.filter((each) => each.named);
    if (own.length === 0 || own.some((each) => isTaken(each) || isClosed(each))) {
      return undefined;
    }
    const silent = own.some(({ result }) => result === 'TIMEOUT');
    const proxy = surroundings.proxyVariable;
    const hint = proxy === undefined ? '' : ` ${proxy} is set, but doctor does not use proxies.`;
    return {
      cause: silent
        ? `${target.host} does not answer: a firewall drops the packets, or the machine is off.`
        : `There is no route to ${target.host}.`,
      evidence: `${resultsText(own)}.${hint}`,
      fix: 'Check the network, the VPN, and the firewalls on the way.',
      ...(silent ? { alternatives: ['port-closed'] } : {}),
    };
  },
};
