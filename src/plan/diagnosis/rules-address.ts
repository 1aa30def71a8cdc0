import { bracketed } from '../../core/hosts.js';
import { isLoopbackName } from '../../core/loopback.js';
import { isTaken } from './signals.js';
import type { Evidence, Reached } from './evidence.js';
import type { Rule } from './verdict.js';

/** What says that this machine cannot use an address, whoever listens there. */
const useless = ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

function named({ reached }: Evidence): Reached[] {
  return reached.filter((each) => each.named && !useless.includes(each.result));
}

function isClosed({ result }: Reached): boolean {
  return result === 'ECONNREFUSED';
}

function list(reached: Reached[]): string {
  return reached.map(({ address, result }) => `${address}: ${result}`).join(', ');
}

function addresses(reached: Reached[]): string {
  return reached.map(({ address }) => address).join(' and ');
}

/** The other loopback address of this machine, where it is taken. */
function otherLoopback({ reached }: Evidence): Reached | undefined {
  return reached.find((each) => !each.named && isTaken(each));
}

/** Whether each address that could be used is refused. */
function isRefused(evidence: Evidence): boolean {
  const usable = named(evidence);
  return usable.some(isClosed) && !usable.some(isTaken);
}

/** A browser knows these names by itself, and falls back to the other address. */
function isLocalhost({ target }: Evidence): boolean {
  return isLoopbackName(target.host);
}

/** The service of a project listens where its settings say. */
function listenFix({ project }: Evidence, otherwise: string): string {
  const host = project?.settings.HOST ?? 'localhost';
  return host === 'localhost' || project?.proxied === true
    ? otherwise
    : `HOST in .env is ${host}, so that the service listens there alone: set it to localhost, or let pages use that address (DOMAINS, and the names of the certificate).`;
}

const unknownName = ['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA'];

function nameFix({ name, target, project, surroundings }: Evidence): string {
  if ((name?.addresses ?? []).length > 0) {
    return 'Browsers know it by themselves; for other programs add a line for it to the hosts file.';
  }
  if (surroundings.proxyVariable !== undefined) {
    return `Correct the name ${target.host} in the URL. If it is known behind a proxy alone, ask from there: the one in ${surroundings.proxyVariable} was not used.`;
  }
  if (project !== undefined && project.typed !== true) {
    return `Correct the name ${target.host} in DOMAINS or HOST, in .env.`;
  }
  return unknownName.includes(name?.error ?? '')
    ? `Correct the name ${target.host} in the URL, or add it to your DNS or to the hosts file.`
    : "Look at this machine's network and DNS; for a name of your own add it to the hosts file.";
}

export const addressRules: Rule[] = [
  {
    code: 'dns',
    stage: 'name',
    judge: (evidence) => {
      const { name, target } = evidence;
      if (name?.error === undefined) {
        return undefined;
      }
      return {
        cause: unknownName.includes(name.error)
          ? `The name ${target.host} is not known to this machine.`
          : `Nobody could be asked which address ${target.host} has.`,
        evidence: `The lookup ended with ${name.error}.`,
        fix: nameFix(evidence),
        ...(name.addresses.length > 0 && { severity: 'warning', clients: ['node', 'system'] }),
      };
    },
  },
  {
    code: 'port-closed',
    stage: 'address',
    judge: (evidence) => {
      const { port, host } = evidence.target;
      if (!isRefused(evidence) || otherLoopback(evidence) !== undefined) {
        return undefined;
      }
      return {
        cause: `Nothing listens on port ${port} of ${host}.`,
        evidence: `${list(named(evidence))}.`,
        fix: listenFix(evidence, 'Start the server, or correct the port in the URL.'),
      };
    },
  },
  {
    code: 'wrong-address-family',
    stage: 'address',
    judge: (evidence) => {
      const other = otherLoopback(evidence);
      if (!isRefused(evidence) || other === undefined) {
        return undefined;
      }
      const wanted = addresses(named(evidence));
      return {
        cause: `The server listens on ${other.address}, and the URL leads to ${wanted}.`,
        evidence: `${list([...named(evidence), other])}.`,
        fix: listenFix(
          evidence,
          `Let the server listen on localhost (both addresses), or write the URL with ${bracketed(other.address)}.`,
        ),
        // A browser tries both addresses of localhost, whatever the hosts file says.
        ...(isLocalhost(evidence) ? { clients: ['node' as const, 'system' as const] } : {}),
      };
    },
  },
  {
    code: 'one-address-family',
    stage: 'address',
    judge: (evidence) => {
      const usable = named(evidence);
      const closed = usable.filter((each) => !isTaken(each));
      const open = usable.filter(isTaken);
      if (open.length === 0 || closed.length === 0) {
        return undefined;
      }
      return {
        severity: 'warning',
        clients: ['node', 'system'],
        cause: `${evidence.target.host} has several addresses, and the server listens on ${addresses(open)} alone. A client that tries ${addresses(closed)} first waits, or fails.`,
        evidence: `${list(usable)}.`,
        fix: isLocalhost(evidence)
          ? 'Let the server listen on both addresses of localhost.'
          : 'Let the server listen on all addresses of its name, or take the others out of its DNS.',
      };
    },
  },
  {
    code: 'unreachable',
    stage: 'address',
    judge: (evidence) => {
      const { reached, surroundings } = evidence;
      const own = reached.filter((each) => each.named);
      if (own.length === 0 || own.some((each) => isTaken(each) || isClosed(each))) {
        return undefined;
      }
      const silent = own.some(({ result }) => result === 'TIMEOUT');
      const proxy = surroundings.proxyVariable;
      const hint = proxy === undefined ? '' : ` ${proxy} names a proxy, which was not used.`;
      return {
        cause: silent
          ? `No answer comes from ${evidence.target.host}: a firewall drops what is sent, or the machine is off.`
          : `There is no way from here to ${evidence.target.host}.`,
        evidence: `${list(own)}.${hint}`,
        fix: 'Look at the network, the VPN and the firewalls between here and there.',
        ...(silent ? { alternatives: ['port-closed' as const] } : {}),
      };
    },
  },
  {
    code: 'verification-disabled',
    stage: 'trust',
    judge: ({ surroundings, target }) =>
      surroundings.careless && target.secure
        ? {
            clients: ['node'],
            cause:
              'Node.js is told here to verify no certificate, so that whatever works here proves nothing, and anybody on the way can read along.',
            evidence: 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set.',
            fix: 'Unset it, and make Node.js trust the CA by NODE_EXTRA_CA_CERTS instead.',
          }
        : undefined,
  },
];
