import { isLoopbackName } from '../../core/loopback.js';
import { everyClient } from '../client.js';
import type { Elsewhere, Evidence } from '../evidence.js';
import type { Finding, Rule } from '../verdict.js';

type Broken = Elsewhere & { problem: NonNullable<Elsewhere['problem']> };

function isBroken(each: Elsewhere): each is Broken {
  return each.problem !== undefined;
}

/** Other programs may listen on another loopback address. */
function addressesDiffer(evidence: Evidence): Finding | undefined {
  const { elsewhere = [], target, address = '' } = evidence;
  const others = elsewhere.filter((each) => each.address !== undefined);
  const better = others.find((each) => each.better === true);
  if (better !== undefined) {
    return {
      severity: 'warning',
      cause: `${target.host} leads to ${address} and ${better.address}, which answer differently. Clients that use ${better.address} have no problem.`,
      evidence: `A handshake with ${better.address} opens a socket.`,
      fix: `Find out what listens on ${address}, and stop it or make it answer like ${better.address}.`,
    };
  }
  const broken = others.find(isBroken);
  if (broken === undefined) {
    return undefined;
  }
  const where = broken.address ?? '';
  const isLocal = isLoopbackName(target.host);
  return {
    severity: 'warning',
    clients: broken.named ? everyClient : ['browser'],
    cause: `${target.host} leads to ${address} and ${where}, which answer differently. A client that uses ${where} fails.`,
    evidence: `${where}: ${broken.problem.cause} ${broken.problem.evidence}`,
    fix: isLocal
      ? `Stop the other program on ${where}, or make the server listen on both addresses of localhost.`
      : `Make ${where} serve the same as ${address}, or remove it from the DNS records of ${target.host}.`,
  };
}

/** A load balancer may lead to servers with different certificates. */
function certificatesDiffer({ elsewhere = [] }: Evidence): Finding | undefined {
  const others = elsewhere.filter((each) => each.address === undefined);
  if (others.some(({ better }) => better === true)) {
    return {
      severity: 'warning',
      cause: 'The server sends different certificates, and only some of them are refused.',
      evidence: 'Another handshake got a certificate without this problem.',
      fix: 'Install the same valid certificate on all servers of this address.',
    };
  }
  const broken = others.find(isBroken);
  return (
    broken && {
      clients: broken.problem.clients,
      cause: `The server sends different certificates, and one of them is refused. Some connections fail. ${broken.problem.cause}`,
      evidence: `Two handshakes got two certificates. ${broken.problem.evidence}`,
      fix: `Install the same valid certificate on all servers of this address. ${broken.problem.fix}`,
    }
  );
}

export const elsewhereRules: Rule[] = [
  {
    code: 'addresses-differ',
    meaning: 'the addresses of the host answer differently',
    address: addressesDiffer,
  },
  {
    code: 'certificates-differ',
    meaning: 'the server sends different certificates, and one is refused',
    certificate: certificatesDiffer,
  },
];
