import { bracketed } from '../../core/hosts.js';
import { everyAddress, isLoopbackName } from '../../core/loopback.js';
import type { Evidence, Reached } from '../evidence.js';
import type { Rule } from '../verdict.js';
import {
  isRefused,
  isTaken,
  listenFix,
  otherLoopback,
  resultsText,
  usableAddresses,
} from './shared/reached.js';

function addresses(reached: Reached[]): string {
  return reached.map(({ address }) => address).join(' and ');
}

/** Browsers resolve these names themselves, and fall back to the other address. */
function isLocalhost({ target }: Evidence): boolean {
  return isLoopbackName(target.host);
}

export const addressFamily: Rule[] = [
  {
    code: 'wrong-address-family',
    meaning: 'the server listens on the other loopback address',
    address: (evidence) => {
      const other = otherLoopback(evidence);
      const usable = usableAddresses(evidence);
      if (!isRefused(evidence) || other === undefined || usable.some(({ own }) => own)) {
        return undefined;
      }
      return {
        cause: `The server listens on ${other.address}, but the URL leads to ${addresses(usable)}.`,
        evidence: `${resultsText([...usable, other])}.`,
        fix: listenFix(
          evidence,
          `Make the server listen on localhost (both addresses), or use ${bracketed(other.address)} in the URL.`,
        ),
        // A browser tries both addresses of localhost, whatever the hosts file says.
        ...(isLocalhost(evidence) ? { clients: ['node', 'system'] } : {}),
      };
    },
  },
  {
    code: 'loopback-only',
    meaning: 'the server only listens on loopback, but the URL has an address of the network',
    address: (evidence) => {
      const usable = usableAddresses(evidence);
      const local = otherLoopback(evidence);
      if (!isRefused(evidence) || local === undefined || !usable.some(({ own }) => own)) {
        return undefined;
      }
      return {
        cause: `The server only listens on ${local.address}, which other machines do not reach. ${evidence.target.host} is this machine.`,
        evidence: `${resultsText([...usable, local])}.`,
        fix: `Make the server listen on ${everyAddress.v4} (HOST=${everyAddress.v4} in a generated project). Its certificate and its list of origins need ${evidence.target.host}, too.`,
      };
    },
  },
  {
    code: 'one-address-family',
    meaning: 'the server does not listen on all addresses of its host name',
    address: (evidence) => {
      const usable = usableAddresses(evidence);
      const closed = usable.filter((each) => !isTaken(each));
      const open = usable.filter(isTaken);
      if (open.length === 0 || closed.length === 0) {
        return undefined;
      }
      return {
        severity: 'warning',
        clients: ['node', 'system'],
        cause: `${evidence.target.host} has several addresses, but the server only listens on ${addresses(open)}. A client that tries ${addresses(closed)} first waits or fails.`,
        evidence: `${resultsText(usable)}.`,
        fix: isLocalhost(evidence)
          ? 'Make the server listen on both addresses of localhost.'
          : 'Make the server listen on all addresses of its name, or remove the others from its DNS.',
      };
    },
  },
];
