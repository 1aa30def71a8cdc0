import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../support/service.js';
import { encode, opcode } from './frames.js';
import { openPeer, type Peer } from './peer.js';
import { randomOf } from './random.js';
import { handshake, written } from './requests.js';

/** A well-behaved connection that sends echoes all the time, and must not be affected. */
export interface Control {
  /** Ends it. Returns the number of echoes and what went wrong. */
  stop: () => Promise<{ echoes: number; fault?: string }>;
}

const patience = 20_000;
const pause = 20;

/** Opens one and starts to send. */
export async function startControl(target: Target, number: number): Promise<Control> {
  const peer = await openPeer(target);
  await peer.wire.send([written(handshake(target, randomOf(number, 0)))]);
  await peer.wire.until(() => peer.head !== undefined || peer.wire.ended(), patience);
  const state: { echoes: number; stopped: boolean; fault?: string } = { echoes: 0, stopped: false };
  const run = async (): Promise<void> => {
    while (!state.stopped && state.fault === undefined) {
      const fault = await echoOnce(peer);
      if (fault !== undefined) {
        state.fault = `Control connection ${number}, echo ${state.echoes + 1}: ${fault}`;
        return;
      }
      state.echoes += 1;
      await sleep(pause);
    }
  };
  const running = run();
  return {
    stop: async () => {
      state.stopped = true;
      await running;
      peer.wire.destroy();
      const { echoes, fault } = state;
      return { echoes, ...(fault === undefined ? {} : { fault }) };
    },
  };
}

async function echoOnce({ wire, reader, head }: Peer): Promise<string | undefined> {
  const payload = randomBytes(32);
  reader.frames = [];
  await wire.send([encode({ opcode: opcode.binary, payload, mask: randomBytes(4) })]);
  const echoes = () => reader.frames.filter((frame) => frame.opcode !== opcode.ping);
  const news = () => echoes().length > 0 || reader.fault !== undefined || wire.ended();
  await wire.until(news, patience);
  if (reader.fault !== undefined) {
    return reader.fault;
  }
  const [echo, more] = echoes();
  if (echo === undefined) {
    const status = head?.status ?? 'nothing';
    return wire.ended() ? `it was ended (handshake: ${status})` : 'silence';
  }
  return echo.payload.equals(payload) && more === undefined ? undefined : 'it is not the right one';
}
