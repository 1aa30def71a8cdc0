import { randomBytes } from 'node:crypto';
import { loopbackAddress } from '../support/loopback.js';
import type { Service, Target } from '../support/service.js';
import { closing, encode, opcode } from '../fuzz/frames.js';
import { openPeer, type Peer } from '../fuzz/peer.js';
import { randomOf } from '../fuzz/random.js';
import { handshake, written } from '../fuzz/requests.js';

/** How a connection ends. */
type Ending = 'closed' | 'reset' | 'half';

const patience = 20_000;
const concurrency = 100;
// Most end normally, and some in each abnormal way.
const endings: Ending[] = ['closed', 'closed', 'closed', 'reset', 'half'];
// A closed connection keeps its port for a minute: more addresses mean more ports.
const addresses = 64;

/** Numbers of connections, by how they ended. */
export type Ended = Record<Ending, number>;

/**
 * Opens and ends connections, alternating between the services.
 *
 * @throws {Error} for a connection that is not accepted, does not echo, or is not closed
 */
export async function churn(services: Service[], connections: number): Promise<Ended> {
  const state = { next: 0 };
  const ended: Ended = { closed: 0, reset: 0, half: 0 };
  const worker = async (): Promise<void> => {
    while (state.next < connections) {
      const number = state.next++;
      const service = services[number % services.length];
      const ending = endings[Math.floor(number / services.length) % endings.length];
      if (service === undefined || ending === undefined) {
        return;
      }
      await connection(service.target, { number, ending });
      ended[ending] += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return ended;
}

interface Turn {
  number: number;
  ending: Ending;
}

async function connection(target: Target, { number, ending }: Turn): Promise<void> {
  const peer = await openPeer(target, loopbackAddress(number % addresses));
  const { wire } = peer;
  const request = written(handshake(target, randomOf(number, 0)));
  if (ending === 'half') {
    await wire.send([request.subarray(0, request.length / 2)]);
    wire.destroy();
    return;
  }
  await wire.send([request]);
  await awaited(peer, 'an answer to the handshake', () => peer.head?.status === 101);
  await echo(peer);
  if (ending === 'reset') {
    wire.reset();
    return;
  }
  await wire.send([frame(opcode.close, closing(1000))]);
  await awaited(peer, 'the end', wire.ended);
  wire.destroy();
}

async function echo(peer: Peer): Promise<void> {
  const payload = randomBytes(64);
  await peer.wire.send([frame(opcode.binary, payload)]);
  const isEcho = (): boolean =>
    peer.reader.frames.some(
      (each) => each.opcode === opcode.binary && each.payload.equals(payload),
    );
  await awaited(peer, 'an echo', isEcho);
}

async function awaited({ wire, head }: Peer, what: string, holds: () => boolean): Promise<void> {
  await wire.until(() => holds() || wire.ended(), patience);
  if (!holds()) {
    const state = wire.ended() ? 'the connection ended' : 'there was silence';
    wire.destroy();
    throw new Error(`Waited for ${what}, but ${state} (handshake: ${head?.status ?? 'none'}).`);
  }
}

function frame(kind: number, payload: Buffer): Buffer {
  return encode({ opcode: kind, payload, mask: randomBytes(4) });
}
