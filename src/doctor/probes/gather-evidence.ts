import type { Evidence, Surroundings, Target } from '../evidence.js';
import { isTaken } from '../rules/shared/reached.js';
import { isOpen } from '../rules/shared/upgrade.js';
import { lookBehind } from './behind.js';
import { lookAtCertificates } from './certificates.js';
import { offered, type Way } from './connect.js';
import { askOn, sendRequest, requestOf, type Asked } from './send-request.js';
import { lookAtFrames } from './frames.js';
import { watchIdle } from './idle.js';
import { lookUpHost } from './dns.js';
import { askWith, foreignOrigin, tryOrigins } from './origins.js';
import { pageOrigin, readPage } from './page.js';
import { reachAddresses } from './addresses.js';
import { askTls } from './tls.js';
import type { Judging } from './trust.js';
import { wireOf } from './wire.js';

/** What to check, and how far. */
export interface Asking {
  target: Target;
  surroundings: Surroundings;
  /** Origins that the server is expected to allow. */
  origins: string[];
  judging: Judging;
  /** The page that would open the socket, and whether the handshake sends its origin. */
  page?: { url: string; isOrigin: boolean };
  /** How long to watch idle sockets, in milliseconds. */
  idle?: number;
  cancel: AbortSignal;
}

type Part = Partial<Evidence>;

/** Watches the open socket, and tries others: with a foreign origin, and idle ones. */
async function lookAtSocket(way: Way, asked: Required<Asked>, asking: Asking): Promise<Part> {
  const { target, idle } = asking;
  const [frames, foreign, silence] = await Promise.all([
    lookAtFrames(asked.wire, way.limit),
    askWith(way, target, foreignOrigin),
    idle === undefined ? undefined : watchIdle(way, target, idle),
  ]);
  return {
    upgrade: { ...asked.evidence, frames },
    foreignOrigin: foreign,
    ...(silence === undefined ? {} : { idle: silence }),
  };
}

/** An answer that does not depend on the origin. */
function isForEveryOrigin({ answer }: NonNullable<Evidence['upgrade']>): boolean {
  return answer !== undefined && ![400, 401, 403].includes(answer.status);
}

/** A server that speaks TLS answers plain HTTP with an error, or closes the connection. */
async function lookForTls(way: Way, { evidence }: Asked): Promise<Part> {
  if (evidence.answer !== undefined && evidence.answer.status !== 400) {
    return {};
  }
  const { evidence: tls, socket } = await askTls(way, offered);
  socket?.destroy();
  return { otherScheme: { tls } };
}

async function lookAtUpgrade(way: Way, asked: Asked, asking: Asking): Promise<Part> {
  const { target, origins } = asking;
  const { evidence, wire } = asked;
  if (wire !== undefined && isOpen(evidence)) {
    return lookAtSocket(way, { evidence, wire }, asking);
  }
  const tls = target.secure ? {} : await lookForTls(way, asked);
  const useless = isForEveryOrigin(evidence) || tls.otherScheme?.tls?.end === 'secure';
  const otherOrigins = useless ? [] : await tryOrigins(way, target, origins);
  return { upgrade: evidence, otherOrigins, ...tls };
}

/** Tries plain HTTP, and TLS without ALPN, on a port where the TLS handshake failed. */
async function lookAtFailedTls(way: Way, target: Target): Promise<Part> {
  const [plain, bare] = await Promise.all([
    sendRequest(way, false, requestOf(target, target.origin)),
    askTls(way, []),
  ]);
  plain.wire?.close();
  bare.socket?.destroy();
  return { otherScheme: { plain: plain.evidence }, tlsWithoutAlpn: bare.evidence };
}

async function lookAtTls(way: Way, asking: Asking): Promise<Part> {
  const { target } = asking;
  const first = await askTls(way, offered);
  const { evidence: tls, socket } = first;
  if (socket === undefined) {
    return { tls, ...(await lookAtFailedTls(way, target)) };
  }
  const request = requestOf(target, target.origin);
  const asked = await askOn(wireOf(socket, way.cancel), request, way.limit);
  const [upgrade, certificates] = await Promise.all([
    lookAtUpgrade(way, asked, asking),
    lookAtCertificates(way, first, asking.judging),
  ]);
  return { tls, ...upgrade, ...certificates };
}

async function lookAtPlain(way: Way, asking: Asking): Promise<Part> {
  const { target } = asking;
  const asked = await sendRequest(way, false, requestOf(target, target.origin));
  return lookAtUpgrade(way, asked, asking);
}

/** Reads the page and its origin: its URL may redirect to another page. */
async function lookAtPage({ page: asked, target, surroundings, cancel }: Asking) {
  if (asked === undefined) {
    return { target };
  }
  const page = await readPage(asked.url, { limit: surroundings.limit, cancel });
  const origin = asked.isOrigin ? (pageOrigin(page) ?? target.origin) : target.origin;
  return { target: { ...target, origin }, page };
}

/**
 * Makes a connection step by step and records the evidence. Never throws for what a server does; each
 * wait is bounded by the limit, each answer by its size.
 */
export async function gather(given: Asking): Promise<Evidence> {
  const { surroundings, cancel } = given;
  const { host, port } = given.target;
  const { limit } = surroundings;
  const [name, { target, page }] = await Promise.all([lookUpHost(host, limit), lookAtPage(given)]);
  const asking: Asking = { ...given, target };
  const reached = await reachAddresses(name, { host, port, limit, cancel });
  const first = reached.find((each) => each.named && isTaken(each));
  const known: Evidence = {
    target,
    surroundings,
    name,
    reached,
    otherOrigins: [],
    ...(page === undefined ? {} : { page }),
  };
  if (first === undefined) {
    return known;
  }
  const way: Way = { host, port, limit, cancel, address: first.address };
  const part = await (target.secure ? lookAtTls(way, asking) : lookAtPlain(way, asking));
  const behind = await lookBehind(way, target.secure, part.upgrade);
  return { ...known, ...part, ...(behind === undefined ? {} : { behind }) };
}
