import { bracketed } from '../../core/hosts.js';
import { isLoopbackName } from '../../core/loopback.js';
import { isTaken } from './signals.js';
import type { Evidence, Reached } from '../evidence.js';
import type { Rule } from './verdict.js';

/** Codes that mean this machine cannot use an address, whether or not a server listens there. */
const unusable = ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

function named({ reached }: Evidence): Reached[] {
  return reached.filter((each) => each.named && !unusable.includes(each.result));
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

/** The other loopback address of this machine, if a connection to it was accepted. */
function otherLoopback({ reached }: Evidence): Reached | undefined {
  return reached.find((each) => !each.named && isTaken(each));
}

/** Whether every usable address refuses connections. */
function isRefused(evidence: Evidence): boolean {
  const usable = named(evidence);
  return usable.some(isClosed) && !usable.some(isTaken);
}

/** Browsers resolve these names themselves, and fall back to the other address. */
function isLocalhost({ target }: Evidence): boolean {
  return isLoopbackName(target.host);
}

/** The service of a project listens where its settings say. */
function listenFix({ project }: Evidence, otherwise: string): string {
  const host = project?.settings.HOST ?? 'localhost';
  return host === 'localhost' || project?.proxied === true
    ? otherwise
    : `HOST in .env is ${host}, so the service only listens there. Set it to localhost, or use that address in pages, DOMAINS and the certificate.`;
}

const unknownName = ['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA'];

function nameFix({ name, target, project, surroundings }: Evidence): string {
  if ((name?.addresses ?? []).length > 0) {
    return 'Browsers resolve it themselves. For other programs, add it to the hosts file.';
  }
  if (surroundings.proxyVariable !== undefined) {
    return `Check the host name ${target.host} in the URL. If only a proxy can resolve it, run doctor there: the proxy in ${surroundings.proxyVariable} was not used.`;
  }
  if (project !== undefined && project.typed !== true) {
    return `Check the host name ${target.host} in DOMAINS and HOST, in .env.`;
  }
  return unknownName.includes(name?.error ?? '')
    ? `Check the host name ${target.host} in the URL, or add it to your DNS or to the hosts file.`
    : "Check this machine's network and DNS. For a name of your own, add it to the hosts file.";
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
          ? `The host name ${target.host} was not found.`
          : `DNS lookup failed for ${target.host}.`,
        evidence: `The lookup failed with ${name.error}.`,
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
        fix: listenFix(evidence, 'Start the server, or check the port in the URL.'),
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
        cause: `The server listens on ${other.address}, but the URL leads to ${wanted}.`,
        evidence: `${list([...named(evidence), other])}.`,
        fix: listenFix(
          evidence,
          `Make the server listen on localhost (both addresses), or use ${bracketed(other.address)} in the URL.`,
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
        cause: `${evidence.target.host} has several addresses, but the server only listens on ${addresses(open)}. A client that tries ${addresses(closed)} first waits or fails.`,
        evidence: `${list(usable)}.`,
        fix: isLocalhost(evidence)
          ? 'Make the server listen on both addresses of localhost.'
          : 'Make the server listen on all addresses of its name, or remove the others from its DNS.',
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
      const hint = proxy === undefined ? '' : ` ${proxy} is set, but doctor does not use proxies.`;
      return {
        cause: silent
          ? `${evidence.target.host} does not answer: a firewall drops the packets, or the machine is off.`
          : `There is no route to ${evidence.target.host}.`,
        evidence: `${list(own)}.${hint}`,
        fix: 'Check the network, the VPN, and the firewalls on the way.',
        ...(silent ? { alternatives: ['port-closed' as const] } : {}),
      };
    },
  },
  {
    code: 'verification-disabled',
    stage: 'trust',
    judge: ({ surroundings, target }) =>
      surroundings.verificationDisabled && target.secure
        ? {
            clients: ['node'],
            cause:
              'Node.js does not verify certificates in this environment. A connection that works here proves nothing, and others on the network can read it.',
            evidence: 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set.',
            fix: 'Unset it, and make Node.js trust the CA with NODE_EXTRA_CA_CERTS.',
          }
        : undefined,
  },
];
