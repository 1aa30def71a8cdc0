import { isLoopbackName } from '../../core/loopback.js';
import type { Evidence, NameEvidence, Reached, Target } from '../evidence.js';
import { isTaken } from '../rules/shared/reached.js';
import { reachAddresses } from './addresses.js';
import type { Asking } from './asking.js';
import type { Way } from './connect.js';
import { lookUpHost } from './dns.js';
import { lookAt, lookAtAll, lookBriefly } from './look-at-address.js';
import { otherChains } from './other-chains.js';
import { cookiesFor, pageOrigin, readPage } from './page.js';
import { askTunnel } from './tunnel.js';

/** Reads the page, its origin and its cookies: its URL may redirect to another page. */
async function lookAtPage({ page: asked, target, surroundings, cancel }: Asking) {
  if (asked === undefined) {
    return { target };
  }
  const page = await readPage(asked.url, { limit: surroundings.limit, cancel });
  const origin = asked.isOrigin ? (pageOrigin(page) ?? target.origin) : target.origin;
  const cookies = cookiesFor(page, target);
  const sending =
    cookies === undefined ? {} : { sending: { ...target.sending, pageCookie: cookies } };
  return { target: { ...target, origin, ...sending }, page };
}

async function lookUp({ address, target, surroundings }: Asking): Promise<NameEvidence> {
  const found = await lookUpHost(address ?? target.host, surroundings.limit);
  return address === undefined ? found : { ...found, given: true };
}

/** The addresses that accept connections, first the one that browsers use. */
function takenBy({ host }: Target, reached: Reached[]): Reached[] {
  const isLocal = isLoopbackName(host);
  const taken = reached.filter((each) => isTaken(each) && (each.named || isLocal));
  const isFirst = ({ address }: Reached): boolean => isLocal && address === '::1';
  // Browsers know these addresses themselves; other clients only use those of the lookup.
  return taken.some(({ named }) => named)
    ? [...taken.filter(isFirst), ...taken.filter((each) => !isFirst(each))]
    : [];
}

/**
 * Makes a connection step by step and records the evidence. Never throws for what a server does; each
 * wait is bounded by the limit, each answer by its size.
 */
export async function gather(given: Asking): Promise<Evidence> {
  const { surroundings, cancel } = given;
  const { host, port } = given.target;
  const { limit } = surroundings;
  const [name, { target, page }] = await Promise.all([lookUp(given), lookAtPage(given)]);
  const asking: Asking = { ...given, target };
  const anyWay = { host, port, limit, cancel };
  const [reached, tunnel] = await Promise.all([
    reachAddresses(name, anyWay),
    askTunnel(target, anyWay, process.env),
  ]);
  const [first, ...others] = takenBy(target, reached);
  const known: Evidence = {
    target,
    surroundings,
    name,
    reached,
    otherOrigins: [],
    ...(page === undefined ? {} : { page }),
    ...(tunnel === undefined ? {} : { tunnel }),
  };
  if (first === undefined) {
    return known;
  }
  const way: Way = { ...anyWay, address: first.address, chains: [] };
  const [part, elsewhere] = await Promise.all([
    lookAt(way, asking, lookAtAll),
    Promise.all(
      others.map(async ({ address, named }) => {
        const seen = await lookAt({ ...anyWay, address }, asking, lookBriefly);
        return { address, named, seen: { ...known, address, ...seen } };
      }),
    ),
  ]);
  const whole: Evidence = { ...known, address: first.address, ...part };
  const chains = await otherChains(way, whole, asking);
  return { ...whole, elsewhere: [...elsewhere, ...chains] };
}
